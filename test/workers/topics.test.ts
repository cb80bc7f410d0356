import { describe, expect, test } from "vitest";
import { call, unique } from "./call.ts";

async function newTopic(): Promise<string> {
  const name = unique("topic");
  expect((await call("PUT", `/v1/topics/${name}`, {})).status).toBe(201);
  return name;
}

describe("a topic over REST", () => {
  test("is made, changed, listed, and deleted with its subscriptions", async () => {
    const name = await newTopic();
    const changed = await call("PUT", `/v1/topics/${name}`, { maximumMessageSize: 2048 });
    expect(changed).toMatchObject({ status: 200, body: { name, attributes: { maximumMessageSize: 2048 } } });
    const { body: list } = await call("GET", "/v1/topics?limit=1000");
    expect(list.items.map((topic: { name: string }) => topic.name)).toContain(name);
    await call("PUT", `/v1/topics/${name}/subscriptions/s`, { endpoint: { queue: "q" } });
    expect((await call("GET", `/v1/topics/${name}`)).body).toMatchObject({ subscriptions: 1, messages: 0 });
    expect((await call("DELETE", `/v1/topics/${name}`)).status).toBe(204);
    for (const path of ["", "/subscriptions", "/subscriptions/s"]) {
      expect((await call("GET", `/v1/topics/${name}${path}`)).body.code).toBe("TopicNotExist");
    }
  });

  test("has subscriptions of queues and addresses, which can be changed", async () => {
    const path = `/v1/topics/${await newTopic()}/subscriptions`;
    const made = await call("PUT", `${path}/a`, { endpoint: { queue: "jobs" }, filterTag: "red" });
    expect(made).toMatchObject({
      status: 201,
      body: { endpoint: { queue: "jobs" }, strategy: "backoff", format: "json", filterTag: "red" },
    });
    const changed = await call("PUT", `${path}/a`, {
      endpoint: { url: "https://hooks.example/a" },
      format: "xml",
    });
    expect([changed.status, changed.body.endpoint]).toEqual([200, { url: "https://hooks.example/a" }]);
    expect(changed.body.filterTag).toBeUndefined();
    await call("PUT", `${path}/b`, { endpoint: { queue: "jobs" } });
    const first = await call("GET", `${path}?limit=1`);
    expect([first.body.items.length, first.body.cursor]).toEqual([1, "a"]);
    const second = await call("GET", `${path}?limit=1&cursor=a`);
    expect(second.body).toEqual({ items: [expect.objectContaining({ name: "b" })] });
    expect((await call("DELETE", `${path}/a`)).status).toBe(204);
    expect((await call("DELETE", `${path}/a`)).body.code).toBe("SubscriptionNotExist");
  });

  test.each([
    [{ endpoint: { url: "http://localhost:8787/" } }, "InvalidEndpoint"],
    [{ endpoint: { url: "ftp://files.example/" } }, "InvalidEndpoint"],
    [{ endpoint: { url: "nowhere" } }, "InvalidEndpoint"],
    [{ endpoint: { queue: "a_b" } }, "InvalidRequest"],
    [{ endpoint: { queue: "a", url: "https://b.example/" } }, "InvalidRequest"],
    [{ endpoint: { queue: "a" }, filterTag: "" }, "InvalidRequest"],
    [{}, "InvalidRequest"],
  ])("refuses the subscription %j", async (body, code) => {
    const answer = await call("PUT", `/v1/topics/${await newTopic()}/subscriptions/s`, body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  test("publishes to queues; its id is in the envelope", async () => {
    const [topic, queue] = [await newTopic(), unique("q")];
    await call("PUT", `/v1/queues/${queue}`, {});
    await call("PUT", `/v1/topics/${topic}/subscriptions/s`, { endpoint: { queue } });
    const published = await call("POST", `/v1/topics/${topic}/publish`, { body: "hello", tag: "red" });
    expect(published.status).toBe(201);
    const { body } = await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 20 });
    expect(JSON.parse(body.messages[0].body)).toMatchObject({
      Message: "hello",
      MessageTag: "red",
      MessageId: published.body.id,
    });
    const large = await call("POST", `/v1/topics/${topic}/publish`, { body: "x".repeat(65_537) });
    expect([large.status, large.body.code]).toEqual([413, "MessageTooLarge"]);
    const nowhere = await call("POST", "/v1/topics/nowhere/publish", { body: "x" });
    expect([nowhere.status, nowhere.body.code]).toEqual([404, "TopicNotExist"]);
  });
});
