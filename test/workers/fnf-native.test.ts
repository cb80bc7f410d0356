import { describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";
import { post } from "./fnf-call.ts";

/** One service behind two doors: what one of them made, the other one shows and changes. */

const PASS = flowOf("{type: pass, name: p}");
const OTHER = flowOf("{type: pass, name: other}");

describe("a flow", () => {
  test("that the native API changes keeps what only FnF knows of it, and the other way round", async () => {
    const Name = unique("flow");
    const settings = { RoleArn: "acs:ram::1:role/r", ExternalStorageLocation: "oss" };
    const mode = { ExecutionMode: "Express" };
    await post("CreateFlow", { Name, Definition: PASS, Description: "d", Type: "FDL", ...settings, ...mode });
    await call("PUT", `/v1/flows/${Name}`, { definition: OTHER, description: "native", retentionDays: 3 });
    const { body } = await post("DescribeFlow", { Name });
    expect(body).toMatchObject({
      Definition: OTHER,
      Description: "native",
      RoleArn: settings.RoleArn,
      ...mode,
    });
    expect((await post("UpdateFlow", { Name, Description: "FnF" })).body).toMatchObject(settings);
    expect((await call("GET", `/v1/flows/${Name}`)).body).toMatchObject({
      version: 3,
      description: "FnF",
      definition: OTHER,
      retentionDays: 3,
    });
  });

  test("that the native API made is there without what it was not told", async () => {
    const Name = unique("flow");
    await call("PUT", `/v1/flows/${Name}`, PASS);
    const { body } = await post("DescribeFlow", { Name });
    expect(body).toMatchObject({ Description: "", RoleArn: "", ExecutionMode: "Standard" });
  });
});

describe("an execution", () => {
  test("is the same behind both, with who started it", async () => {
    const FlowName = unique("flow");
    await call("PUT", `/v1/flows/${FlowName}`, PASS);
    await post("StartExecution", { FlowName, ExecutionName: "fnf", Input: '{"a":1}' });
    const { body } = await call("GET", `/v1/flows/${FlowName}/executions/fnf?wait=10`);
    expect(body).toMatchObject({ status: "Succeeded", input: { a: 1 }, startedBy: "key:mradmin1" });
    await call("POST", `/v1/flows/${FlowName}/executions?wait=10`, { name: "native", input: { b: 2 } });
    const { body: described } = await post("DescribeExecution", { FlowName, ExecutionName: "native" });
    expect(described).toMatchObject({ Status: "Succeeded", Input: '{"b":2}', FlowDefinition: PASS });
    const history = await call("GET", `/v1/flows/${FlowName}/executions/fnf/history`);
    const { body: told } = await post("GetExecutionHistory", { FlowName, ExecutionName: "fnf" });
    expect(
      told.Events.map(({ EventId, Type }: { EventId: number; Type: string }) => [EventId, Type]),
    ).toEqual(
      history.body.items.map(({ eventId, type }: { eventId: number; type: string }) => [eventId, type]),
    );
  });

  test("with more data than fits a list is there in full when it is described", async () => {
    const FlowName = unique("flow");
    await call("PUT", `/v1/flows/${FlowName}`, PASS);
    const Input = JSON.stringify({ large: "x".repeat(40_000) });
    await post("StartExecution", { FlowName, ExecutionName: "large", Input });
    await post("StartExecution", { FlowName, ExecutionName: "small", Input: '{"a":1}' });
    const inputs: Record<string, string> = {};
    for (const ExecutionName of ["large", "small"]) {
      const ended = await post("DescribeExecution", { FlowName, ExecutionName, WaitTimeSeconds: "10" });
      inputs[ExecutionName] = ended.body.Input;
    }
    expect(inputs).toEqual({ large: Input, small: '{"a":1}' });
    const { body } = await post("ListExecutions", { FlowName });
    expect(body.Executions).toMatchObject([
      { Name: "small", Input: '{"a":1}', FlowDefinition: PASS },
      { Name: "large", Input: "", FlowDefinition: PASS },
    ]);
  });
});

describe("a schedule", () => {
  test("that the native API made is shown, and keeps what FnF cannot say of it", async () => {
    const FlowName = unique("flow");
    await call("PUT", `/v1/flows/${FlowName}`, PASS);
    const path = `/v1/flows/${FlowName}/schedules/s`;
    const native = { overlap: "skip", catchUp: { mode: "none" }, payload: { n: 1 } };
    const cron = ["0 0 * * *", "0 12 * * *"];
    await call("PUT", path, { cron, timeZone: "Asia/Shanghai", ...native });
    const of = { FlowName, ScheduleName: "s" };
    expect((await post("DescribeSchedule", of)).body).toMatchObject({
      CronExpression: "CRON_TZ=Asia/Shanghai 0 0 * * * | CRON_TZ=Asia/Shanghai 0 12 * * *",
      Payload: '{"n":1}',
      Enable: true,
    });
    expect((await post("UpdateSchedule", { ...of, Description: "FnF" })).status).toBe(200);
    expect((await call("GET", path)).body).toMatchObject({
      cron,
      timeZone: "Asia/Shanghai",
      description: "FnF",
      ...native,
    });
    await post("UpdateSchedule", { ...of, CronExpression: "0 30 2 * * *" });
    const { body } = await call("GET", path);
    expect(body).toMatchObject({ cron: "0 30 2 * * *", ...native });
    expect(body).not.toHaveProperty("timeZone");
    await call("POST", `${path}/pause`, {});
    expect((await post("DescribeSchedule", of)).body).toMatchObject({ Enable: false });
  });
});
