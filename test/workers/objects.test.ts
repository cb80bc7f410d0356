import { createScheduledController, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import worker from "../../src/index.ts";
import { scheduleObjectName } from "../../src/core/names.ts";
import { scheduleShard } from "../../src/core/schedule/schedule.ts";
import { FAN_OUT, fanOutInput, flowOf, taskStep } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const MINUTE_MS = 60_000;

async function receive(queue: string, max: number): Promise<{ token: string; receipt: string }[]> {
  const { body } = await call("POST", `/v1/queues/${queue}/receive`, { max, waitSeconds: 10 });
  return body.messages.map((message: { body: string; receipt: string }) => ({
    token: (JSON.parse(message.body) as { task_token: string }).task_token,
    receipt: message.receipt,
  }));
}

describe("an object that was evicted", () => {
  test("goes on where it was: executions with their tasks, queues with their leases", async () => {
    const flow = unique("flow");
    const queue = unique("queue");
    await call("PUT", `/v1/queues/${queue}`, {});
    await call("PUT", `/v1/flows/${flow}`, FAN_OUT.replace("queues/workers/", `queues/${queue}/`));
    await call("POST", `/v1/flows/${flow}/executions`, { name: "run", input: fanOutInput(6) });
    const [first] = await receive(queue, 1);
    const execution = env.EXECUTIONS.getByName(`${flow}~1~run`);
    await evictDurableObject(execution);
    await evictDurableObject(env.QUEUES.getByName(queue));
    expect((await call("GET", `/v1/queues/${queue}`)).body.depth).toMatchObject({ ready: 5, inFlight: 1 });
    await call("POST", `/v1/queues/${queue}/work`, { reports: [{ ...first, output: {} }], max: 0 });
    for (let reported = 1; reported < 6; reported++) {
      const [task] = await receive(queue, 1);
      await evictDurableObject(execution);
      await call("POST", `/v1/queues/${queue}/work`, { reports: [{ ...task, output: {} }], max: 0 });
    }
    const { body } = await call("GET", `/v1/flows/${flow}/executions/run?wait=10`);
    expect(body).toMatchObject({ status: "Succeeded", output: { results: [{}, {}, {}, {}, {}, {}] } });
  });
});

describe("when the clock moves on", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  test("the alarm settles a task that was not answered in time", async () => {
    const flow = unique("flow");
    await call("PUT", "/v1/queues/work", {});
    await call("PUT", `/v1/flows/${flow}`, flowOf(taskStep("slow", "timeoutSeconds: 60")));
    await call("POST", `/v1/flows/${flow}/executions`, { name: "run" });
    await call("POST", "/v1/queues/work/receive", { waitSeconds: 5 });
    vi.setSystemTime(Date.now() + MINUTE_MS);
    await runDurableObjectAlarm(env.EXECUTIONS.getByName(`${flow}~1~run`));
    const { body } = await call("GET", `/v1/flows/${flow}/executions/run`);
    expect(body).toMatchObject({ status: "Failed", error: "FnF.TaskTimeout" });
  });

  test("the alarm and the Cron Trigger start an instant once between them", async () => {
    const flow = unique("flow");
    await call("PUT", `/v1/flows/${flow}`, flowOf("{type: pass, name: p}"));
    await call("PUT", `/v1/flows/${flow}/schedules/often`, { cron: "* * * * *" });
    vi.setSystemTime(Date.now() + MINUTE_MS);
    const shard = env.SCHEDULES.getByName(scheduleObjectName(scheduleShard(flow, "often", 16)));
    await Promise.all([
      runDurableObjectAlarm(shard),
      worker.scheduled(createScheduledController(), env as never),
    ]);
    const { body } = await call("GET", `/v1/flows/${flow}/schedules/often/firings`);
    expect(body.items).toMatchObject([{ verdict: "started", kind: "scheduled" }]);
    const path = `/v1/flows/${flow}/executions/${body.items[0].executionName}?wait=10`;
    await expect
      .poll(async () => (await call("GET", path)).body)
      .toMatchObject({ status: "Succeeded", startedBy: "schedule:often" });
  });
});
