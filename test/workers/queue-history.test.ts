import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { call, unique } from "./call.ts";

test("a queue tells how full it was, also when its object has left the memory", async () => {
  const queue = unique("queue");
  const path = `/v1/queues/${queue}`;
  await call("PUT", path, {});
  await call("POST", `${path}/send`, { messages: [{ body: "a" }, { body: "b" }] });
  const { body: taken } = await call("POST", `${path}/receive`, {});
  await call("POST", `${path}/delete`, { receipts: [taken.messages[0].receipt] });
  const sums = async () => {
    const { status, body } = await call("GET", `${path}/history`);
    expect([status, body.stepSeconds]).toEqual([200, 60]);
    const points: number[][] = body.points;
    const sum = (at: number) => points.reduce((all, point) => all + (point[at] ?? 0), 0);
    return { ready: Math.max(...points.map(([ready = 0]) => ready)), sent: sum(3), gone: sum(4) };
  };
  expect(await sums()).toEqual({ ready: 2, sent: 2, gone: 1 });
  await evictDurableObject(env.QUEUES.getByName(queue));
  expect(await sums()).toEqual({ ready: 2, sent: 2, gone: 1 });
  const week = await call("GET", `${path}/history?from=2020-01-01T00:00:00Z`);
  expect(week.body).toMatchObject({ stepSeconds: 600, points: expect.any(Array) });
  expect(week.body.points.length).toBeLessThanOrEqual(7 * 144 + 1);
  const later = await call("GET", `${path}/history?from=2199-01-01T00:00:00Z`);
  expect([later.status, later.body.code]).toEqual([400, "InvalidRange"]);
  expect((await call("GET", `/v1/queues/${queue}-not/history`)).body.code).toBe("QueueNotExist");
});
