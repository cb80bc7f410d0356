import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import * as executionShapes from "../../src/http/contract/executions.ts";
import * as flowShapes from "../../src/http/contract/flows.ts";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";

/** Stored by releases that did not look at what `fail` reads. */
const OLD = flowOf("{type: fail, name: f, error: Broken, cause: $context.execution.name}");

/** A flow as an earlier release left it behind. */
async function oldFlow(): Promise<string> {
  const name = unique("old");
  await env.FLOWS.getByName(name).put({ name, definition: OLD });
  return name;
}

test("a definition that would be refused now runs on, and the flow's head says why", async () => {
  const name = await oldFlow();
  const { status, body } = await call("GET", `/v1/flows/${name}`);
  expect(status).toBe(200);
  expect(flowShapes.flowWithDefinition.parse(body)).toMatchObject({
    definition: OLD,
    refusals: [{ code: "PathOutOfPlace", path: "steps[0].cause", line: 4 }],
  });
  await call("POST", `/v1/flows/${name}/executions`, { name: "run", input: {} });
  const ended = await call("GET", `/v1/flows/${name}/executions/run?wait=10`);
  expect(executionShapes.executionHead.parse(ended.body)).toMatchObject({
    status: "Failed",
    error: "Broken",
    cause: "run",
  });
});

test("what a flow holds already may be put again, with other settings; on another flow it is refused", async () => {
  const name = await oldFlow();
  const again = await call("PUT", `/v1/flows/${name}`, { definition: OLD, retentionDays: 7 });
  expect([again.status, again.body.retentionDays]).toEqual([200, 7]);
  const other = await call("PUT", `/v1/flows/${unique("new")}`, { definition: OLD });
  expect(other).toMatchObject({ status: 422, body: { code: "InvalidDefinition" } });
});

test("a good flow's head has no refusals", async () => {
  const name = unique("good");
  await call("PUT", `/v1/flows/${name}`, flowOf("{type: pass, name: p}"));
  const { body } = await call("GET", `/v1/flows/${name}`);
  expect(body).not.toHaveProperty("refusals");
});

test("a definition is stored for the version that its writer has read, and over no other", async () => {
  const name = unique("edited");
  const put = (step: string, ifVersion: number) =>
    call("PUT", `/v1/flows/${name}?ifVersion=${ifVersion}`, flowOf(`{type: pass, name: ${step}}`));
  expect(await put("early", 1)).toMatchObject({ status: 409, body: { code: "VersionMoved" } });
  expect(await put("first", 0)).toMatchObject({ status: 201, body: { version: 1 } });
  expect(await put("again", 0)).toMatchObject({ status: 409, body: { code: "VersionMoved" } });
  expect(await put("second", 1)).toMatchObject({ status: 200, body: { version: 2 } });
  const late = await put("late", 1);
  expect(late).toMatchObject({ status: 409, body: { code: "VersionMoved" } });
  expect(late.body.detail).toContain("is at version 2");
});
