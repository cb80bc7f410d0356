import { describe, expect, test } from "vitest";
import { call, unique } from "./call.ts";

const TASK = (queue: string) =>
  `version: v1\ntype: flow\nsteps: [{type: task, name: approve, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, serviceParams: {MessageBody: $}}]`;

/** An execution that waits for somebody's answer. */
async function waiting(): Promise<{ path: string; flow: string }> {
  const flow = unique("flow");
  const queue = unique("queue");
  await call("PUT", `/v1/queues/${queue}`, {});
  await call("PUT", `/v1/flows/${flow}`, TASK(queue));
  await call("POST", `/v1/flows/${flow}/executions`, { name: "one", input: {} });
  await call("POST", `/v1/queues/${queue}/work`, { max: 1, waitSeconds: 10 });
  return { flow, path: `/v1/flows/${flow}/executions/one` };
}

describe("a task that is answered by hand", () => {
  test("succeeds with what was answered, without anybody's token, and the audit log tells who did it", async () => {
    const { flow, path } = await waiting();
    const [open] = (await call("GET", path)).body.waitingFor;
    expect(open).toMatchObject({ path: "approve", attempt: 1, waitsFor: "report" });
    const answered = await call("POST", `${path}/answer`, {
      path: open.path,
      attempt: open.attempt,
      output: { approved: true },
    });
    expect(answered).toMatchObject({ status: 200, body: { eventId: expect.any(Number) } });
    const { body } = await call("GET", `${path}?wait=10`);
    expect(body).toMatchObject({ status: "Succeeded", output: { approved: true } });
    const { items } = (await call("GET", "/v1/audit?limit=50")).body;
    const entry = items.find(({ action }: { action: string }) => action.endsWith("/answer"));
    expect(entry).toMatchObject({
      action: "POST /v1/flows/{flow}/executions/{name}/answer",
      target: { flow, name: "one", path: "approve" },
      status: 200,
    });
  });

  test("fails with an error and its cause", async () => {
    const { path } = await waiting();
    await call("POST", `${path}/answer`, { path: "approve", error: "Refused", cause: "over the budget" });
    const { body } = await call("GET", `${path}?wait=10`);
    expect(body).toMatchObject({ status: "Failed", error: "Refused", cause: "over the budget" });
  });

  test("is answered once; what was mistyped is told from what was answered", async () => {
    const { path } = await waiting();
    const answer = (at: string) => call("POST", `${path}/answer`, { path: at, output: {} });
    const mistyped = await answer("aprove");
    expect(mistyped).toMatchObject({ status: 409, body: { code: "TaskAlreadyCompleted" } });
    expect(mistyped.body.detail).toMatch(/no such step.*waitingFor/);
    expect((await answer("approve")).status).toBe(200);
    expect((await answer("approve")).status).toBe(409);
    expect(await call("POST", `${path}x/answer`, { path: "approve", output: {} })).toMatchObject({
      status: 404,
      body: { code: "ExecutionNotExists" },
    });
  });

  test.each([
    ["neither an output nor an error", {}],
    ["both of them", { output: {}, error: "Refused" }],
  ])("with %s is refused with a reason", async (_, said) => {
    const { path } = await waiting();
    const refused = await call("POST", `${path}/answer`, { path: "approve", ...said });
    expect(refused).toMatchObject({ status: 400, body: { code: "InvalidRequest" } });
  });

  test("whose output is no object waits on", async () => {
    const { path } = await waiting();
    const refused = await call("POST", `${path}/answer`, { path: "approve", output: [1] });
    expect(refused).toMatchObject({ status: 400, body: { code: "InvalidOutput" } });
    expect((await call("GET", path)).body.status).toBe("Running");
  });
});
