import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import type { MnsErrorCode } from "../../src/protocols/mns/errors.ts";
import { call, unique } from "./call.ts";
import { type MnsSend, mns, textOf } from "./mns-call.ts";
import { expectError, message, newQueue } from "./mns-expect.ts";

describe("a request that", () => {
  const CLOCK_SKEW = 16 * 60_000;
  test.each<[string, MnsSend, MnsErrorCode]>([
    ["is not signed", { headers: { authorization: undefined } }, "MissingAuthorizationHeader"],
    ["is signed in another way", { headers: { authorization: "Bearer a.b" } }, "InvalidAuthorizationHeader"],
    ["is signed wrongly", { signature: "AAAA" }, "SignatureDoesNotMatch"],
    ["is signed with a key that nobody has", { key: { id: "LTAI4abc", secret: "x" } }, "InvalidAccessKeyId"],
    ["has no date", { headers: { date: undefined } }, "MissingDateHeader"],
    ["has a date of another form", { headers: { date: "2026-11-23T04:00:00Z" } }, "InvalidDateHeader"],
    ["is old", { headers: { date: new Date(Date.now() - CLOCK_SKEW).toUTCString() } }, "TimeExpired"],
    [
      "is from the future",
      { headers: { date: new Date(Date.now() + CLOCK_SKEW).toUTCString() } },
      "TimeExpired",
    ],
    [
      "has another body than it says",
      { body: "<Queue/>", headers: { "content-md5": "AAAA" } },
      "InvalidDegist",
    ],
  ])("%s is refused", async (_, send, code) => {
    expectError(await mns("PUT", `/queues/${unique("q")}`, send), code);
  });

  test("nothing of which was signed as it stands is refused", async () => {
    const date = new Date().toUTCString();
    for (const target of ["/queues", "/queues/x", "/topics", "/queues/x/messages?waitseconds=30"]) {
      const response = await exports.default.fetch(`http://mns.example${target}`, { headers: { date } });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("<Code>MissingAuthorizationHeader</Code>");
    }
  });

  test.each<[string, string, MnsSend, MnsErrorCode]>([
    ["PUT", "", { body: "<Queue><DelaySeconds>1" }, "MalformedXML"],
    ["PUT", "", { body: "<Topic/>" }, "MalformedXML"],
    ["PUT", "", { body: '<!DOCTYPE q [<!ENTITY a "b">]><Queue/>' }, "MalformedXML"],
    ["PUT", "", { body: "<!DOCTYPE q SYSTEM 'http://elsewhere.example/'><Queue/>" }, "MalformedXML"],
    ["PUT", "", { body: "<Queue><DelaySeconds>&lots;</DelaySeconds></Queue>" }, "MalformedXML"],
    ["PUT", "", { body: "<a>".repeat(500_000) }, "MalformedXML"],
    ["PUT", "", { body: "<Queue><DelaySeconds>soon</DelaySeconds></Queue>" }, "InvalidArgument"],
    ["PUT", "", { body: "<Queue><DelaySeconds>604801</DelaySeconds></Queue>" }, "InvalidArgument"],
    ["PUT", "", { body: "<Queue><MaximumMessageSize>1023</MaximumMessageSize></Queue>" }, "InvalidArgument"],
    [
      "PUT",
      "",
      { body: "<Queue><MessageRetentionPeriod>59</MessageRetentionPeriod></Queue>" },
      "InvalidArgument",
    ],
    ["PUT", "", { body: "<Queue><VisibilityTimeout>0</VisibilityTimeout></Queue>" }, "InvalidArgument"],
    ["PUT", "", { body: "<Queue><PollingWaitSeconds>31</PollingWaitSeconds></Queue>" }, "InvalidArgument"],
    ["PUT", "", { body: "<Queue><LoggingEnabled>maybe</LoggingEnabled></Queue>" }, "InvalidArgument"],
    ["PUT", "", { body: "x".repeat(17 * 2 ** 20) }, "InvalidArgument"],
    ["POST", "/messages", {}, "MalformedXML"],
    ["POST", "/messages", { body: "<Message><Priority>1</Priority></Message>" }, "MalformedXML"],
    ["POST", "/messages", message(""), "MalformedXML"],
    ["POST", "/messages", { body: "<Foo><MessageBody>x</MessageBody></Foo>" }, "MalformedXML"],
    ["POST", "/messages", message("x", "<Priority>17</Priority>"), "InvalidArgument"],
    ["POST", "/messages", message("x", "<Priority>-1</Priority>"), "InvalidArgument"],
    ["POST", "/messages", message("x", "<DelaySeconds>-1</DelaySeconds>"), "InvalidArgument"],
    ["POST", "/messages", message("x".repeat(65_537)), "InvalidArgument"],
    ["GET", "/messages?waitseconds=31", {}, "InvalidArgument"],
    ["GET", "/messages?waitseconds=long", {}, "InvalidArgument"],
    ["GET", "/messages?numOfMessages=17", {}, "InvalidArgument"],
    ["GET", "/messages?numOfMessages=0", {}, "InvalidArgument"],
    ["GET", "/messages?waitseconds=1&WaitSeconds=2", {}, "InvalidQueryString"],
    ["DELETE", "/messages", {}, "MissingReceiptHandle"],
    ["DELETE", "/messages?ReceiptHandle=", {}, "MissingReceiptHandle"],
    ["DELETE", "/messages", { body: "<ReceiptHandle>1-1-1</ReceiptHandle>" }, "MalformedXML"],
    ["PUT", "/messages?VisibilityTimeout=1", {}, "MissingReceiptHandle"],
    ["PUT", "/messages?ReceiptHandle=1-1-1", {}, "MissingVisibilityTimeout"],
    ["PUT", "/messages?ReceiptHandle=1-1-1&VisibilityTimeout=0", {}, "InvalidArgument"],
    ["PUT", "/messages?ReceiptHandle=1-1-1&VisibilityTimeout=43201", {}, "InvalidArgument"],
    ["PATCH", "", {}, "InvalidRequestURL"],
    ["POST", "", {}, "InvalidRequestURL"],
    ["GET", "/messages/more", {}, "InvalidRequestURL"],
    ["GET", "/", {}, "InvalidRequestURL"],
  ])("is %s %s %j says so", async (method, rest, send, code) => {
    const queue = await newQueue();
    expectError(await mns(method, `/queues/${queue}${rest}`, send), code);
  });

  test.each<[string, MnsErrorCode]>([
    ["a_b", "InvalidQueueName"],
    ["-a", "InvalidQueueName"],
    ["%E5%B7%A5", "InvalidQueueName"],
    ["a".repeat(121), "QueueNameLengthError"],
  ])("names a queue %s is told how names are", async (name, code) => {
    expectError(await mns("PUT", `/queues/${name}`), code);
    expectError(await mns("GET", `/queues/${name}/messages`), code);
  });

  test.each([undefined, ""])("finds a service whose MASTER_KEY is %j is told what to do", async (key) => {
    const response = await worker.fetch(
      new Request("http://mns.example/queues"),
      { ...env, MASTER_KEY: key } as never,
      createExecutionContext(),
    );
    expect(response.status).toBe(503);
    expect(await response.text()).toMatch(/<Code>InternalError<\/Code><Message>[^<]*MASTER_KEY/);
  });
});

describe("a key", () => {
  async function newKey(body: object) {
    const { body: key } = await call("POST", "/v1/keys", body);
    return { id: key.accessKeyId as string, secret: key.accessKeySecret as string };
  }

  test("of a worker takes from its queues and from no other, and does nothing else", async () => {
    const [own, other] = [await newQueue(), await newQueue()];
    const key = await newKey({ role: "worker", queues: [own] });
    await mns("POST", `/queues/${own}/messages`, message("job"));
    const got = await mns("GET", `/queues/${own}/messages`, { key });
    const target = `/queues/${own}/messages?ReceiptHandle=${textOf("ReceiptHandle", got)}`;
    const changed = await mns("PUT", `${target}&VisibilityTimeout=9`, { key });
    const removal = `/queues/${own}/messages?ReceiptHandle=${textOf("ReceiptHandle", changed)}`;
    expect([got.status, changed.status, (await mns("DELETE", removal, { key })).status]).toEqual([
      200, 200, 204,
    ]);
    for (const [method, path, send] of [
      ["GET", `/queues/${other}/messages`, {}],
      ["DELETE", `/queues/${other}/messages?ReceiptHandle=1-1-1`, {}],
      ["PUT", `/queues/${other}/messages?ReceiptHandle=1-1-1&VisibilityTimeout=1`, {}],
      ["POST", `/queues/${own}/messages`, message("x")],
      ["GET", `/queues/${own}/messages?peekonly=true`, {}],
      ["GET", `/queues/${own}`, {}],
      ["GET", "/queues", {}],
      ["PUT", `/queues/${own}`, {}],
      ["PUT", `/queues/${own}?metaoverride=true`, {}],
      ["DELETE", `/queues/${own}`, {}],
    ] as const) {
      expectError(await mns(method, path, { ...send, key }), "AccessDenied");
    }
  });

  test("of a viewer looks at queues and touches nothing", async () => {
    const queue = await newQueue();
    const key = await newKey({ role: "viewer" });
    expect((await mns("GET", `/queues/${queue}`, { key })).status).toBe(200);
    expect((await mns("GET", "/queues", { key })).status).toBe(200);
    expectError(await mns("GET", `/queues/${queue}/messages`, { key }), "AccessDenied");
    expectError(await mns("POST", `/queues/${queue}/messages`, { ...message("x"), key }), "AccessDenied");
    expectError(await mns("DELETE", `/queues/${queue}`, { key }), "AccessDenied");
  });

  test("that was disabled lets nobody in, and what a key changed stands in the audit log", async () => {
    const key = await newKey({ role: "operator" });
    const name = unique("q");
    const { headers } = await mns("PUT", `/queues/${name}`, { key });
    const { body } = await call("GET", `/v1/audit?accessKeyId=${key.id}`);
    expect(body.items).toMatchObject([
      {
        id: headers.get("x-mns-request-id"),
        action: "MNS CreateQueue",
        target: { queue: name },
        status: 201,
      },
    ]);
    await call("POST", `/v1/keys/${key.id}/disable`);
    expectError(await mns("GET", `/queues/${name}`, { key }), "InvalidAccessKeyId");
  });
});
