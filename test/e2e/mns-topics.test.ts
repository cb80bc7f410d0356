import { once } from "node:events";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type Mns from "@alicloud/mns";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newMnsClient } from "./mns-client.ts";
import { Service } from "./service.ts";

/** The genuine client, and an endpoint on this machine that says what it was sent. */
let service: Service;
let client: Mns;

interface Pushed {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const pushed: Pushed[] = [];
let heard = Promise.withResolvers<void>();
/** What the endpoint answers next; 204 when nothing else is said. */
const answers: number[] = [];

const endpoint = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => (body += chunk));
  request.on("end", () => {
    pushed.push({ path: request.url ?? "", headers: request.headers, body });
    response.writeHead(answers.shift() ?? 204).end();
    heard.resolve();
  });
});

beforeAll(async () => {
  process.env.ALLOW_PRIVATE_ADDRESSES = "true";
  service = await Service.start();
  client = newMnsClient(service);
  endpoint.listen(0, "127.0.0.1");
  await once(endpoint, "listening");
});
afterAll(async () => {
  delete process.env.ALLOW_PRIVATE_ADDRESSES;
  await service.stop();
  endpoint.close();
});

async function pushes(count: number): Promise<Pushed[]> {
  while (pushed.length < count) {
    await heard.promise;
    heard = Promise.withResolvers<void>();
  }
  return pushed.splice(0);
}

async function subscribe(topic: string, name: string, words: Record<string, string>): Promise<number> {
  const inside = Object.entries(words).map(([key, value]) => `<${key}>${value}</${key}>`);
  const body = Buffer.from(
    `<Subscription xmlns="http://mns.aliyuncs.com/doc/v1">${inside.join("")}</Subscription>`,
  );
  return (await client.request("PUT", `/topics/${topic}/subscriptions/${name}`, "Subscription", body)).code;
}

function address(path: string): string {
  return `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}${path}`;
}

test("makes, changes and lists topics, and publishes to queues and addresses", async () => {
  const created = await client.createTopic("news", { MaximumMessageSize: 4096 });
  expect(created).toMatchObject({ code: 201, headers: { location: `${service.url}/topics/news` } });
  expect((await client.createTopic("news", { MaximumMessageSize: 4096 })).code).toBe(204);
  expect((await client.setTopicAttributes("news", { LoggingEnabled: "True" })).code).toBe(204);
  expect((await client.getTopicAttributes("news")).body).toMatchObject({
    TopicName: "news",
    LoggingEnabled: "True",
  });
  expect((await client.listTopic()).body).toEqual([{ TopicURL: `${service.url}/topics/news` }]);

  await client.createQueue("inbox");
  expect(await subscribe("news", "queue", { Endpoint: "acs:mns:cn-shanghai:123:queues/inbox" })).toBe(201);
  expect(
    await subscribe("news", "web", { Endpoint: address("/web"), NotifyContentFormat: "SIMPLIFIED" }),
  ).toBe(201);
  const { body: sent } = await client.publishMessage("news", {
    MessageBody: "it rains",
    MessageTag: "weather",
  });
  const { body: got } = await client.receiveMessage("inbox", 30);
  expect(got.MessageBody).toContain(`<MessageId>${sent.MessageId}</MessageId>`);
  expect(got.MessageBody).toContain("<Message>it rains</Message>");
  expect(await pushes(1)).toMatchObject([
    {
      path: "/web",
      body: "it rains",
      headers: { "x-mns-message-tag": "weather", "x-mns-request-id": sent.MessageId },
    },
  ]);
  for (const name of ["queue", "web"]) {
    expect((await client.request("DELETE", `/topics/news/subscriptions/${name}`, "", "")).code).toBe(204);
  }
  expect((await client.request("DELETE", "/topics/news", "", "")).code).toBe(204);
  await expect(client.getTopicAttributes("news")).rejects.toThrow("there is no topic");
});

test("an address that does not take a message gets it again, until it does, also after a kill -9", async () => {
  await client.createTopic("stubborn");
  await subscribe("stubborn", "web", {
    Endpoint: address("/stubborn"),
    NotifyStrategy: "EXPONENTIAL_DECAY_RETRY",
    NotifyContentFormat: "JSON",
  });
  answers.push(503, 302, 500);
  const { body: sent } = await client.publishMessage("stubborn", { MessageBody: "again" });
  const tries = [...(await pushes(1))];
  await service.kill();
  await service.start();
  while (tries.length < 4) tries.push(...(await pushes(1)));
  const ids = tries.map(({ body }) => (JSON.parse(body) as { MessageId: string }).MessageId);
  expect(ids).toEqual(Array.from({ length: 4 }, () => sent.MessageId));
  expect(answers).toEqual([]);
});
