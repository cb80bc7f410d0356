import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, unique, until } from "./call.ts";
import { mns } from "./mns-call.ts";
import { expectError } from "./mns-expect.ts";

describe("a paused queue", () => {
  test("gives nothing to anybody, says so where its messages are waited for, and goes on when it is resumed", async () => {
    const queue = unique("q");
    const flow = unique("flow");
    const path = `/v1/queues/${queue}`;
    await call("PUT", path, {});
    const step = taskStep("job", "timeoutSeconds: 600").replace("queues/work/", `queues/${queue}/`);
    await call("PUT", `/v1/flows/${flow}`, flowOf(step));
    const reason = "the disk is full";
    const paused = { by: expect.stringMatching(/^key:./), reason, at: expect.any(String) };
    expect((await call("POST", `${path}/pause`, { reason })).body).toMatchObject({ paused, limited: 0 });
    await call("POST", `/v1/flows/${flow}/executions`, { name: "run" });
    const waiting = await until(async () => {
      const { body } = await call("GET", `/v1/flows/${flow}/executions/run`);
      return body.waitingFor?.find(({ queuePaused }: { queuePaused?: true }) => queuePaused);
    });
    expect(waiting).toMatchObject({ path: "job", waitsFor: "worker", queue });
    expect((await call("POST", `${path}/pause`, {})).body).toMatchObject({ paused, limited: 1 });
    await evictDurableObject(env.QUEUES.getByName(queue));
    expect((await call("POST", `${path}/receive`, { max: 1 })).body.messages).toEqual([]);
    expectError(await mns("GET", `/queues/${queue}/messages`), "MessageNotExist");
    expect((await call("GET", path)).body).toMatchObject({ paused, depth: { ready: 1 } });
    expect((await call("POST", `${path}/resume`, {})).body).not.toHaveProperty("paused");
    expect((await call("POST", `${path}/receive`, { max: 1 })).body.messages).toHaveLength(1);
    const { items } = (await call("GET", "/v1/audit?limit=100")).body;
    const reasons = items
      .filter(({ target }: { target: { queue?: string } }) => target.queue === queue)
      .map(({ reason: told }: { reason?: string }) => told);
    expect(reasons).toContain(reason);
  });

  test("that is not there cannot be paused or resumed", async () => {
    for (const action of ["pause", "resume"])
      expect((await call("POST", `/v1/queues/${unique("q")}/${action}`, {})).body.code).toBe("QueueNotExist");
  });
});
