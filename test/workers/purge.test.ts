import { expect, test } from "vitest";
import { call, flow, run, until } from "./call.ts";

test("an execution that has ended is deleted when somebody says so, and its name is free", async () => {
  const name = await flow("{type: pass, name: p, outputMappings: [{target: n, source: $input.n}]}");
  const list = `/v1/flows/${name}/executions`;
  const { name: execution } = await run(name, { n: 1 });
  const path = `${list}/${execution}`;
  await until(async () => (await call("DELETE", path)).status === 202 || undefined);
  await until(async () => (await call("GET", path)).status === 404 || undefined);
  expect((await call("GET", list)).body.items).toEqual([]);
  expect((await call("DELETE", path)).body.code).toBe("ExecutionNotExists");
  const again = await call("POST", `${list}?wait=20`, { name: execution, input: { n: 2 } });
  expect(again).toMatchObject({ status: 201, body: { status: "Succeeded", output: { n: 2 } } });
});

test("one that runs is not deleted", async () => {
  const name = await flow("{type: wait, name: w, duration: 3600}");
  await call("POST", `/v1/flows/${name}/executions`, { name: "run" });
  const { status, body } = await call("DELETE", `/v1/flows/${name}/executions/run`);
  expect([status, body.code]).toEqual([409, "ExecutionRunning"]);
});
