import { describe, expect, test } from "vitest";
import { FNF_KEPT_TEXT_BYTES } from "../../src/core/limits.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, unique } from "./call.ts";
import { post } from "./fnf-call.ts";

async function newFlow(...steps: string[]): Promise<string> {
  const name = unique("f");
  await call("PUT", `/v1/flows/${name}`, flowOf(...(steps.length > 0 ? steps : ["{type: pass, name: p}"])));
  return name;
}

/** What clients write, and how it differs from what JSON.stringify makes of it. */
const WRITTEN = [
  '{"tf-test": "test success"}',
  '{"b":1.0,"a":1e2}',
  '{\n  "name": "\\u00e9\\/"\n}\n',
  '{"a":1,"a":2}',
  '{"plain":1}',
  "{ }",
  "{}",
  "",
];

describe("a schedule's payload", () => {
  test.each(WRITTEN)("%j comes back as it was written, and is used as what it means", async (Payload) => {
    const FlowName = await newFlow();
    const of = { FlowName, ScheduleName: "s" };
    const made = await post("CreateSchedule", { ...of, CronExpression: "0 0 0 1 1 *", Payload });
    expect([made.status, made.body.Payload]).toEqual([200, Payload]);
    // What the provider of Terraform changes is another field; it compares them all.
    await post("UpdateSchedule", { ...of, Description: "new", Enable: "false" });
    expect((await post("DescribeSchedule", of)).body.Payload).toBe(Payload);
    expect((await post("ListSchedules", { FlowName })).body.Schedules[0].Payload).toBe(Payload);
    const { body } = await call("GET", `/v1/flows/${FlowName}/schedules/s`);
    expect(body.payload).toEqual(JSON.parse(Payload || "{}"));
    expect(body).not.toHaveProperty("payloadText");
  });

  test("is shown in our own writing once somebody else changed it", async () => {
    const FlowName = await newFlow();
    const of = { FlowName, ScheduleName: "s" };
    const path = `/v1/flows/${FlowName}/schedules/s`;
    const shown = async () => (await post("DescribeSchedule", of)).body.Payload;
    await post("CreateSchedule", { ...of, CronExpression: "@every 60m", Payload: '{"n": 1}' });
    expect((await post("UpdateSchedule", { ...of, Payload: '{"n":1}' })).body.Payload).toBe('{"n":1}');
    expect((await post("UpdateSchedule", { ...of, Payload: '{"n": 2}' })).body.Payload).toBe('{"n": 2}');
    await call("PUT", path, { cron: "@every 60m", payload: { n: 3 } });
    expect(await shown()).toBe('{"n":3}');
    await call("PUT", path, { cron: "@every 60m" });
    expect(await shown()).toBe("");
    expect((await post("UpdateSchedule", { ...of, Payload: "" })).body.Payload).toBe("");
    const refused = await post("UpdateSchedule", { ...of, Payload: "[1]" });
    expect([refused.body.Code, refused.body.Message]).toEqual([
      "InvalidArgument",
      "Payload must be the text of a JSON object",
    ]);
  });

  test("shows no task token, however it was written", async () => {
    const token = `r1.k1.${"a".repeat(40)}.${"b".repeat(43)}`;
    const of = { FlowName: await newFlow(), CronExpression: "@every 60m" };
    for (const [nth, start] of ["m", "\\u006d"].entries()) {
      const Payload = `{ "token": "${start}${token}" }`;
      const { status, body } = await post("CreateSchedule", { ...of, ScheduleName: `s${nth}`, Payload });
      expect([status, body.Payload.includes(token)]).toEqual([200, false]);
    }
  });

  test("has an expression with TZ= before it, too, which comes back as it was written", async () => {
    const of = { FlowName: await newFlow(), ScheduleName: "s" };
    const CronExpression = "TZ=Asia/Shanghai 0 0 12 * * *";
    const made = await post("CreateSchedule", { ...of, CronExpression });
    expect([made.status, made.body.CronExpression]).toEqual([200, CronExpression]);
    const { body } = await call("GET", `/v1/flows/${of.FlowName}/schedules/s`);
    expect(body.nextAt).toMatch(/T04:00:00/);
    const refused = await post("UpdateSchedule", { ...of, CronExpression: "TZ=Nowhere/City 0 0 12 * * *" });
    expect(refused.body.Message).toContain("Nowhere/City");
  });
});

describe("an execution's input", () => {
  test.each(WRITTEN)("%j comes back as it was written, and is used as what it means", async (Input) => {
    const FlowName = await newFlow("{type: wait, name: w, duration: 3600}");
    const of = { FlowName, ExecutionName: "e" };
    const started = await post("StartExecution", { ...of, Input });
    expect([started.status, started.body.Input]).toEqual([200, Input]);
    // The name runs already: this is that execution, whatever was given now.
    expect((await post("StartExecution", { ...of, Input: '{"other": 1}' })).body.Input).toBe(Input);
    expect((await post("StopExecution", of)).body.Input).toBe(Input);
    expect((await post("DescribeExecution", of)).body.Input).toBe(Input);
    expect((await post("ListExecutions", { FlowName })).body.Executions[0].Input).toBe(Input);
    const { body } = await call("GET", `/v1/flows/${FlowName}/executions/e`);
    expect(body.input).toEqual(JSON.parse(Input || "{}"));
    expect(body).not.toHaveProperty("inputText");
  });

  test("that was not given is none, and one of the native API is in our writing", async () => {
    const FlowName = await newFlow("{type: wait, name: w, duration: 3600}");
    expect((await post("StartExecution", { FlowName, ExecutionName: "none" })).body.Input).toBe("");
    await call("POST", `/v1/flows/${FlowName}/executions`, { name: "native", input: { a: 1 } });
    const native = { FlowName, ExecutionName: "native", WaitTimeSeconds: "0" };
    await expect.poll(async () => (await post("DescribeExecution", native)).body.Input).toBe('{"a":1}');
  });

  test("of an express flow, and one that is too long for its writing to be kept", async () => {
    const Definition = flowOf("{type: pass, name: p}");
    const express = unique("f");
    const mode = { Description: "", Type: "FDL", ExecutionMode: "Express" };
    await post("CreateFlow", { Name: express, Definition, ...mode });
    const done = await post("StartSyncExecution", { FlowName: express, Input: '{"n": 1}' });
    const [{ Name }] = (await post("ListExecutions", { FlowName: express })).body.Executions;
    const shown = await post("DescribeExecution", { FlowName: express, ExecutionName: Name });
    expect([done.body.Status, done.body.Output, shown.body.Input]).toEqual(["Succeeded", "{}", '{"n": 1}']);
    const FlowName = await newFlow(taskStep("t"));
    const long = { FlowName, Input: `{"text": "${"x".repeat(FNF_KEPT_TEXT_BYTES)}"}` };
    expect((await post("StartExecution", long)).body.Input).toBe(JSON.stringify(JSON.parse(long.Input)));
  });
});
