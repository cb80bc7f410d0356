import type Mns from "@alicloud/mns";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { credentialsOf, newMnsClient } from "./mns-client.ts";
import { Service } from "./service.ts";

/** The genuine client, with nothing but its endpoint and its key told, against a server. */
let service: Service;
let client: Mns;

beforeAll(async () => {
  service = await Service.serve();
  client = newMnsClient(service);
});
afterAll(() => service.stop());

let counter = 0;
async function newQueue(params: Record<string, number> = {}): Promise<string> {
  const name = `queue-${counter++}`;
  expect((await client.createQueue(name, params)).code).toBe(201);
  return name;
}

async function nameOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.name : "?"),
  );
}

test("answers are XML as it is, whatever the request would have taken", async () => {
  for (const path of ["/queues", "/queues/none", "/queues/none/messages?waitseconds=1", "/topics"]) {
    const response = await fetch(`${service.url}${path}`, {
      redirect: "manual",
      headers: { "accept-encoding": "gzip, deflate, br", accept: "text/html" },
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("text/xml;charset=utf-8");
    expect(response.headers.get("content-encoding")).toBe("identity");
    expect(response.headers.get("cache-control")).toContain("no-transform");
    expect(await response.text()).toContain("<Code>MissingAuthorizationHeader</Code>");
  }
});

describe("@alicloud/mns", () => {
  test("makes, lists, changes and deletes queues", async () => {
    const created = await client.createQueue("workers", { VisibilityTimeout: 60 });
    expect(created).toMatchObject({ code: 201, headers: { location: `${service.url}/queues/workers` } });
    expect((await client.createQueue("workers", { VisibilityTimeout: 60 })).code).toBe(204);
    expect((await client.listQueue()).body).toContainEqual({ QueueURL: `${service.url}/queues/workers` });
    expect((await client.listQueue("v", 1, "work")).body).toHaveLength(1);
    expect((await client.setQueueAttributes("workers", { PollingWaitSeconds: 5 })).code).toBe(204);
    const { body } = await client.getQueueAttributes("workers");
    expect(body).toMatchObject({ VisibilityTimeout: "60", PollingWaitSeconds: "5", ActiveMessages: "0" });
    expect((await client.deleteQueue("workers")).code).toBe(204);
  });

  test("sends, looks at, receives, holds on to and deletes a message", async () => {
    const queue = await newQueue();
    const body = JSON.stringify({ task_token: "t", worker_name: "工人 1", quote: `it's "quoted"` });
    const { body: sent } = await client.sendMessage(queue, { MessageBody: body, Priority: 1 });
    expect((await client.peekMessage(queue)).body).toMatchObject({ MessageBody: body, DequeueCount: "0" });
    const { body: got } = await client.receiveMessage(queue, 5);
    expect(got).toMatchObject({ ...sent, MessageBody: body, DequeueCount: "1", Priority: "1" });
    const { body: held } = await client.changeMessageVisibility(queue, got.ReceiptHandle ?? "", 90);
    expect(await nameOf(client.deleteMessage(queue, got.ReceiptHandle ?? ""))).toBe(
      "MNSMessageNotExistError",
    );
    expect((await client.deleteMessage(queue, held.ReceiptHandle ?? "")).code).toBe(204);
    expect(await nameOf(client.peekMessage(queue))).toBe("MNSMessageNotExistError");
  });

  test("does the same in batches", async () => {
    const queue = await newQueue({ MaximumMessageSize: 1024 });
    const bodies = Array.from({ length: 16 }, (_, nth) => `job ${nth}`);
    const messages = bodies.map((MessageBody) => ({ MessageBody }));
    expect((await client.batchSendMessage(queue, messages)).body).toHaveLength(16);
    const partly = await client.batchSendMessage(queue, [
      { MessageBody: "x".repeat(2000) },
      { MessageBody: "y" },
    ]);
    expect(partly).toMatchObject({
      code: 500,
      body: [{ ErrorCode: "InvalidArgument" }, { MessageId: expect.any(String) }],
    });
    expect((await client.batchPeekMessage(queue, 3)).body).toHaveLength(3);
    const { body } = await client.batchReceiveMessage(queue, 16, 5);
    expect(body.map(({ MessageBody }) => MessageBody)).toEqual(bodies);
    const receipts = body.map(({ ReceiptHandle = "" }) => ReceiptHandle);
    expect((await client.batchDeleteMessage(queue, receipts)).code).toBe(204);
    const again = await client.batchDeleteMessage(queue, receipts.slice(0, 1));
    expect(again).toMatchObject({
      code: 404,
      body: [{ ErrorCode: "MessageNotExist", ReceiptHandle: receipts[0] }],
    });
  });

  test("waits for a message, whether it is sent later, delayed, or given back by time", async () => {
    const queue = await newQueue({ VisibilityTimeout: 1 });
    const waiting = client.receiveMessage(queue, 30);
    await client.sendMessage(queue, { MessageBody: "sent" });
    expect((await waiting).body.MessageBody).toBe("sent");
    expect((await client.receiveMessage(queue, 30)).body).toMatchObject({
      MessageBody: "sent",
      DequeueCount: "2",
    });
    const other = await newQueue();
    await client.sendMessage(other, { MessageBody: "delayed", DelaySeconds: 1 });
    expect((await client.receiveMessage(other, 30)).body.MessageBody).toBe("delayed");
  });

  test("is told what is wrong by the documented names", async () => {
    const queue = await newQueue();
    const stranger = { ...credentialsOf(service), accessKeySecret: "not the secret" };
    const { body: key } = await service.call("POST", "/v1/keys", { role: "worker", queues: [queue] });
    const worker = newMnsClient(service, key);
    const nobody = { ...credentialsOf(service), accessKeyId: "LTAI5tNobody" };
    const names = await Promise.all(
      [
        client.createQueue(queue, { VisibilityTimeout: 99 }),
        client.createQueue("no_name"),
        client.createQueue("n".repeat(121)),
        client.createQueue("attributes", { DelaySeconds: -1 }),
        client.getQueueAttributes("nowhere"),
        client.sendMessage("nowhere", { MessageBody: "x" }),
        client.receiveMessage("nowhere", 1),
        client.receiveMessage(queue, 1),
        client.receiveMessage(queue, 31),
        client.sendMessage(queue, { MessageBody: "a < b" }),
        client.sendMessage(queue, { MessageBody: "x".repeat(65_537) }),
        client.deleteMessage(queue, "?"),
        client.changeMessageVisibility(queue, "1-1-1", 0),
        newMnsClient(service, stranger).getQueueAttributes(queue),
        newMnsClient(service, nobody).getQueueAttributes(queue),
        worker.sendMessage(queue, { MessageBody: "x" }),
        worker.receiveMessage("another"),
        worker.receiveMessage(queue),
      ].map(nameOf),
    );
    expect(names).toEqual(
      [
        "QueueAlreadyExist",
        "InvalidQueueName",
        "QueueNameLengthError",
        "InvalidArgument",
        "QueueNotExist",
        "QueueNotExist",
        "QueueNotExist",
        "MessageNotExist",
        "InvalidArgument",
        "MalformedXML",
        "InvalidArgument",
        "ReceiptHandleError",
        "InvalidArgument",
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId",
        "AccessDenied",
        "AccessDenied",
        "MessageNotExist",
      ].map((code) => `MNS${code}Error`),
    );
  });
});

/** `MNS_MESSAGES=10000` for the full size. */
const MESSAGES = Number(process.env.MNS_MESSAGES ?? 1600);
const CLIENTS = 8;

test("many messages through one queue with several clients: none is lost, none comes twice, each client's come in order", async () => {
  const queue = await newQueue({ VisibilityTimeout: 600 });
  const batches = Array.from({ length: Math.ceil(MESSAGES / 16) }, (_, batch) =>
    Array.from({ length: Math.min(16, MESSAGES - 16 * batch) }, (__, nth) => 16 * batch + nth),
  );
  const priorityOf = (number: number) => 1 + (number % 3);
  for (const batch of batches) {
    await client.batchSendMessage(
      queue,
      batch.map((number) => ({ MessageBody: number, Priority: priorityOf(number) })),
    );
  }
  const received = await Promise.all(
    Array.from({ length: CLIENTS }, () => drain(newMnsClient(service), queue)),
  );
  const all = received.flat();
  expect(all).toHaveLength(MESSAGES);
  expect(new Set(all).size).toBe(MESSAGES);
  const rank = (number: number) => priorityOf(number) * MESSAGES + number;
  for (const own of received) expect(own).toEqual(own.toSorted((a, b) => rank(a) - rank(b)));
  expect((await client.getQueueAttributes(queue)).body).toMatchObject({
    ActiveMessages: "0",
    InactiveMessages: "0",
  });
});

async function drain(own: Mns, queue: string): Promise<number[]> {
  const numbers: number[] = [];
  for (;;) {
    const batch = await own.batchReceiveMessage(queue, 16).catch(() => undefined);
    if (!batch) return numbers;
    numbers.push(...batch.body.map(({ MessageBody }) => Number(MessageBody)));
    await own.batchDeleteMessage(
      queue,
      batch.body.map(({ ReceiptHandle = "" }) => ReceiptHandle),
    );
  }
}
