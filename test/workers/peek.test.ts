import { describe, expect, test } from "vitest";
import { call, unique } from "./call.ts";

describe("the next messages of a queue", () => {
  test("are shown in their order, and stay where they are", async () => {
    const queue = unique("queue");
    await call("PUT", `/v1/queues/${queue}`, {});
    const messages = [{ body: "later", priority: 9 }, { body: "first", priority: 1 }, { body: "任务" }];
    await call("POST", `/v1/queues/${queue}/send`, { messages });
    const path = `/v1/queues/${queue}/messages`;
    const shown = await call("GET", path);
    expect(shown.body.items.map(({ body }: { body: string }) => body)).toEqual(["first", "任务", "later"]);
    expect(shown.body.items[0]).toEqual({
      id: expect.any(String),
      body: "first",
      priority: 1,
      dequeueCount: 0,
      enqueuedAt: expect.any(String),
    });
    expect((await call("GET", `${path}?max=1`)).body.items).toHaveLength(1);
    expect((await call("GET", `/v1/queues/${queue}`)).body.depth).toMatchObject({ ready: 3, inFlight: 0 });
  });

  test("tell no task token: whoever looks is not who works", async () => {
    const queue = unique("queue");
    const flow = unique("flow");
    await call("PUT", `/v1/queues/${queue}`, {});
    await call(
      "PUT",
      `/v1/flows/${flow}`,
      `version: v1\ntype: flow\nsteps: [{type: task, name: job, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}]`,
    );
    await call("POST", `/v1/flows/${flow}/executions`, { name: "one", input: {} });
    const [taken] = (await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 10 })).body.messages;
    expect(taken.body).toContain(taken.task.token);
    await call("POST", `/v1/queues/${queue}/release`, { receipts: [taken.receipt] });
    const { items } = (await call("GET", `/v1/queues/${queue}/messages`)).body;
    expect(items).toMatchObject([{ id: taken.id, firstDequeuedAt: expect.any(String) }]);
    expect(JSON.stringify(items)).not.toContain(taken.task.token);
    expect(items[0].body).toContain("mr1.…");
  });

  test.each([
    ["/v1/queues/no-such-queue/messages", 404, "QueueNotExist"],
    ["/v1/queues/q/messages?max=21", 400, "InvalidRequest"],
  ])("asked for as %s are refused with a reason", async (path, status, code) => {
    expect(await call("GET", path)).toMatchObject({ status, body: { code } });
  });
});
