import { describe, expect, test, vi } from "vitest";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, unique } from "./call.ts";
import { mns, textOf, texts } from "./mns-call.ts";
import { NS, expectError, message, newQueue } from "./mns-expect.ts";

describe("every answer", () => {
  test("has MNS's headers, is not to be compressed, and leads nowhere else", async () => {
    const queue = await newQueue();
    for (const { headers, status } of [
      await mns("GET", `/queues/${queue}`),
      await mns("DELETE", `/queues/${queue}`),
      await mns("GET", `/queues/${queue}`),
    ]) {
      expect(headers.get("x-mns-version")).toBe("2015-06-06");
      expect(headers.get("x-mns-request-id")).not.toBeNull();
      expect(headers.get("cache-control")).toContain("no-transform");
      expect(headers.get("content-encoding") ?? "identity").toBe("identity");
      expect(status >= 300 && status < 400).toBe(false);
    }
  });
});

describe("a queue", () => {
  test("is created, found again with the same attributes, and refused with others", async () => {
    const name = unique("q");
    const body = `<?xml version="1.0" encoding="utf-8"?><Queue ${NS}><VisibilityTimeout>50</VisibilityTimeout></Queue>`;
    const created = await mns("PUT", `/queues/${name}`, { body });
    expect([created.status, created.text]).toEqual([201, ""]);
    expect(created.headers.get("location")).toBe(`http://mns.example/queues/${name}`);
    const again = await mns("PUT", `/queues/${name}`, { body });
    expect([again.status, again.headers.get("location")]).toEqual([204, created.headers.get("location")]);
    expectError(await mns("PUT", `/queues/${name}`), "QueueAlreadyExist");
    expect((await call("GET", `/v1/queues/${name}`)).body.attributes.leaseSeconds).toBe(50);
  });

  test("tells its twelve attributes, as they were changed", async () => {
    const name = await newQueue("<DelaySeconds>1</DelaySeconds>");
    const change = {
      body: "<Queue><PollingWaitSeconds>3</PollingWaitSeconds><LoggingEnabled>True</LoggingEnabled><New>?</New></Queue>",
    };
    expect((await mns("PUT", `/queues/${name}?metaoverride=true`, change)).status).toBe(204);
    expect((await mns("PUT", `/queues/${name}?metaOverride=true`, { body: "<Queue/>" })).status).toBe(204);
    await mns("POST", `/queues/${name}/messages`, message("x"));
    const reply = await mns("GET", `/queues/${name}`);
    const told = Object.fromEntries(
      Array.from(reply.text.matchAll(/<(\w+)>([^<]*)</g), ([, key, value]) => [key, value]),
    );
    expect(told).toEqual({
      QueueName: name,
      CreateTime: expect.stringMatching(/^\d{10}$/),
      LastModifyTime: expect.stringMatching(/^\d{10}$/),
      DelaySeconds: "1",
      MaximumMessageSize: "65536",
      MessageRetentionPeriod: "345600",
      VisibilityTimeout: "30",
      PollingWaitSeconds: "3",
      ActiveMessages: "0",
      InactiveMessages: "0",
      DelayMessages: "1",
      LoggingEnabled: "True",
    });
  });

  test("deleted is gone, and may be deleted again", async () => {
    const name = await newQueue();
    expect((await mns("DELETE", `/queues/${name}`)).status).toBe(204);
    expect((await mns("DELETE", `/queues/${name}`)).status).toBe(204);
    expectError(await mns("GET", `/queues/${name}`), "QueueNotExist");
    expectError(await mns("PUT", `/queues/${name}?metaoverride=true`), "QueueNotExist");
    for (const [method, target, send] of [
      ["POST", "", message("x")],
      ["GET", "?waitseconds=1", {}],
      ["GET", "?peekonly=true", {}],
      ["DELETE", "?ReceiptHandle=1-1-1", {}],
      ["PUT", "?receiptHandle=1-1-1&visibilityTimeout=1", {}],
    ] as const) {
      expectError(await mns(method, `/queues/${name}/messages${target}`, send), "QueueNotExist");
    }
  });

  test("is listed by prefix, a page at a time, with its attributes if asked", async () => {
    const prefix = unique("list").replaceAll("_", "-");
    for (const nth of ["a", "b", "c"]) await mns("PUT", `/queues/${prefix}-${nth}`);
    const list = (headers: Record<string, string>) =>
      mns("GET", "/queues", { headers: { "x-mns-prefix": prefix, "x-mns-ret-number": "2", ...headers } });
    const first = await list({});
    expect(texts("QueueURL", first)).toEqual(
      ["a", "b"].map((nth) => `http://mns.example/queues/${prefix}-${nth}`),
    );
    const marker = textOf("NextMarker", first);
    const second = await list({ "x-mns-marker": marker, "x-mns-with-meta": "true" });
    expect(texts("QueueURL", second)).toHaveLength(1);
    expect(texts("QueueName", second)).toEqual([`${prefix}-c`]);
    // An empty element would be no text at all to some readers.
    expect(second.text).not.toContain("NextMarker");
    const none = await mns("GET", "/queues", { headers: { "x-mns-prefix": "nobody" } });
    expect(none.text).toContain(`<Queues ${NS}></Queues>`);
  });
});

describe("a message", () => {
  test("goes out as it came in, whatever XML makes of it, and nobody decodes it", async () => {
    const queue = await newQueue();
    const body = '{"a": "<&>\'\\"]]>", "b": "任务 🧵\ttab\nline\rreturn"}';
    const escaped = body
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll("\r", "&#xD;");
    const sent = await mns("POST", `/queues/${queue}/messages`, message(escaped, "<Priority>2</Priority>"));
    expect(sent.status).toBe(201);
    const got = await mns("GET", `/queues/${queue}/messages?waitseconds=0`);
    expect(got.status).toBe(200);
    const back = textOf("MessageBody", got)
      .replaceAll("&#13;", "\r")
      .replaceAll("&gt;", ">")
      .replaceAll("&lt;", "<");
    expect(back.replaceAll("&amp;", "&")).toBe(body);
    expect(textOf("MessageBodyMD5", got)).toBe(textOf("MessageBodyMD5", sent));
    expect(textOf("MessageId", got)).toBe(textOf("MessageId", sent));
    expect(textOf("ReceiptHandle", got)).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(textOf("EnqueueTime", got)).toMatch(/^\d{13}$/);
    const { FirstDequeueTime: first, NextVisibleTime: next } = {
      FirstDequeueTime: Number(textOf("FirstDequeueTime", got)),
      NextVisibleTime: Number(textOf("NextVisibleTime", got)),
    };
    expect(next - first).toBe(30_000);
    expect([textOf("DequeueCount", got), textOf("Priority", got)]).toEqual(["1", "2"]);
  });

  test("that XML cannot say comes with marks in the place of what it cannot", async () => {
    const queue = await newQueue();
    await call("POST", `/v1/queues/${queue}/send`, { messages: [{ body: "a\u0000b\u000bc\ud800d\ufffee" }] });
    const got = await mns("GET", `/queues/${queue}/messages`);
    expect(textOf("MessageBody", got)).toBe("a\ufffdb\ufffdc\ufffdd\ufffde");
  });

  test("is looked at without being taken", async () => {
    const queue = await newQueue();
    expectError(await mns("GET", `/queues/${queue}/messages?peekonly=true`), "MessageNotExist");
    await mns("POST", `/queues/${queue}/messages`, message("one"));
    for (const more of ["", "&numOfMessages=16"]) {
      const peeked = await mns("GET", `/queues/${queue}/messages?peekonly=true${more}`);
      expect(peeked.text.includes(`<Messages ${NS}>`)).toBe(more !== "");
      expect([texts("MessageBody", peeked), textOf("DequeueCount", peeked)]).toEqual([["one"], "0"]);
      expect(peeked.text).not.toMatch(/ReceiptHandle|NextVisibleTime/);
    }
    expect((await mns("GET", `/queues/${queue}/messages`)).status).toBe(200);
  });

  test("that is delayed comes with a receipt at once, and appears in time to whoever waits", async () => {
    const queue = await newQueue("<PollingWaitSeconds>20</PollingWaitSeconds>");
    const sent = await mns(
      "POST",
      `/queues/${queue}/messages`,
      message("later", "<DelaySeconds>1</DelaySeconds>"),
    );
    expect(textOf("ReceiptHandle", sent)).not.toBe("");
    expectError(await mns("GET", `/queues/${queue}/messages?waitseconds=0`), "MessageNotExist");
    expect(textOf("MessageBody", await mns("GET", `/queues/${queue}/messages`))).toBe("later");
  });

  test("that comes while somebody waits is given to him at once", async () => {
    const queue = await newQueue();
    const waiting = mns("GET", `/queues/${queue}/messages?waitseconds=30`);
    await mns("POST", `/queues/${queue}/messages`, message("now"));
    expect(textOf("MessageBody", await waiting)).toBe("now");
  });

  test("is deleted by its receipt, once, and not with one that was replaced", async () => {
    const queue = await newQueue();
    await mns("POST", `/queues/${queue}/messages`, message("x"));
    const old = textOf("ReceiptHandle", await mns("GET", `/queues/${queue}/messages`));
    const changed = await mns("PUT", `/queues/${queue}/messages?receiptHandle=${old}&visibilityTimeout=100`);
    expect([changed.status, changed.text.includes(`<ChangeVisibility ${NS}>`)]).toEqual([200, true]);
    expect(Number(textOf("NextVisibleTime", changed))).toBeGreaterThan(Date.now() + 90_000);
    const target = (receipt: string) => `/queues/${queue}/messages?ReceiptHandle=${receipt}`;
    expectError(await mns("DELETE", target(old)), "MessageNotExist");
    expectError(await mns("PUT", `${target(old)}&VisibilityTimeout=1`), "MessageNotExist");
    expect((await mns("DELETE", target(textOf("ReceiptHandle", changed)))).status).toBe(204);
    expectError(await mns("DELETE", target(textOf("ReceiptHandle", changed))), "MessageNotExist");
    expectError(await mns("DELETE", target("9-9-9")), "MessageNotExist");
    expectError(await mns("DELETE", target("no+receipt")), "ReceiptHandleError");
  });
});

describe("a task's message whose task timed out while a worker had it", () => {
  test("can be deleted as long as its lease is good; it is not counted, not kept for longer, and never comes back", async () => {
    const queue = await newQueue("<VisibilityTimeout>300</VisibilityTimeout>");
    const flow = unique("f");
    const task = taskStep("t", "timeoutSeconds: 60").replace("queues/work/", `queues/${queue}/`);
    await call("PUT", `/v1/flows/${flow}`, flowOf(task));
    for (const name of ["one", "two"]) await call("POST", `/v1/flows/${flow}/executions`, { name });
    const messages = `/queues/${queue}/messages`;
    const receipts: string[] = [];
    while (receipts.length < 2) {
      const got = await mns("GET", `${messages}?numOfMessages=2&waitseconds=30`);
      receipts.push(...texts("ReceiptHandle", got));
    }
    const [one, two] = receipts.map((receipt) => `${messages}?ReceiptHandle=${receipt}`);
    try {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
      expectError(await mns("PUT", `${one}&VisibilityTimeout=60`), "MessageNotExist");
      expect(textOf("InactiveMessages", await mns("GET", `/queues/${queue}`))).toBe("0");
      expect((await mns("DELETE", one ?? "")).status).toBe(204);
      expectError(await mns("DELETE", one ?? ""), "MessageNotExist");
      vi.setSystemTime(Date.now() + 240_000);
      expectError(await mns("DELETE", two ?? ""), "MessageNotExist");
      expectError(await mns("GET", `${messages}?waitseconds=0`), "MessageNotExist");
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a batch", () => {
  test("of sixteen of the largest bodies fits, however they are written", async () => {
    const queue = await newQueue();
    const one = `<Message><MessageBody>${"&quot;".repeat(65_536)}</MessageBody></Message>`;
    const body = `<Messages ${NS}>${one.repeat(16)}</Messages>`;
    expect((await mns("POST", `/queues/${queue}/messages`, { body })).status).toBe(201);
    const got = await mns("GET", `/queues/${queue}/messages?numOfMessages=16`);
    expect(texts("MessageBody", got).map((text) => text.length)).toEqual(
      Array.from({ length: 16 }, () => 65_536),
    );
  });

  test("of sixteen is sent, received and deleted, and tells what became of each", async () => {
    const queue = await newQueue("<MaximumMessageSize>1024</MaximumMessageSize>");
    const batch = (bodies: readonly string[]) => ({
      body: `<Messages ${NS}>${bodies.map((body) => `<Message><MessageBody>${body}</MessageBody></Message>`).join("")}</Messages>`,
    });
    const bodies = Array.from({ length: 16 }, (_, nth) => `job ${nth}`);
    const sent = await mns("POST", `/queues/${queue}/messages`, batch(bodies));
    expect([sent.status, texts("MessageId", sent).length]).toEqual([201, 16]);
    expect(sent.text).not.toContain("ReceiptHandle");
    const partly = await mns("POST", `/queues/${queue}/messages`, batch(["fits", "x".repeat(1025)]));
    expect(partly.status).toBe(500);
    expect(texts("ErrorCode", partly)).toEqual(["InvalidArgument"]);
    expect(partly.text.match(/<Message>/g)).toHaveLength(2);
    const got = await mns("GET", `/queues/${queue}/messages?numOfMessages=16&waitseconds=5`);
    expect(texts("MessageBody", got)).toEqual(bodies);
    const last = await mns("GET", `/queues/${queue}/messages?numOfMessages=1`);
    expect([last.text.includes("<Messages "), texts("MessageBody", last)]).toEqual([true, ["fits"]]);
    const remove = (receipts: readonly string[]) => ({
      body: `<ReceiptHandles ${NS}>${receipts.map((one) => `<ReceiptHandle>${one}</ReceiptHandle>`).join("")}</ReceiptHandles>`,
    });
    const receipts = texts("ReceiptHandle", got);
    const some = await mns(
      "DELETE",
      `/queues/${queue}/messages`,
      remove([...receipts.slice(0, 14), "9-9-9", "?"]),
    );
    expect([some.status, some.text.includes(`<Errors ${NS}>`)]).toEqual([404, true]);
    expect(texts("ErrorCode", some)).toEqual(["MessageNotExist", "ReceiptHandleError"]);
    expect(texts("ReceiptHandle", some)).toEqual(["9-9-9", "?"]);
    expect((await mns("DELETE", `/queues/${queue}/messages`, remove(receipts.slice(14)))).status).toBe(204);
    for (const [method, send] of [
      ["POST", batch([...bodies, "one more"])],
      ["POST", batch([])],
      ["DELETE", remove(Array.from({ length: 17 }, () => "9-9-9"))],
      ["DELETE", remove([])],
    ] as const) {
      expectError(await mns(method, `/queues/${queue}/messages`, send), "InvalidArgument");
    }
  });
});
