import { describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { unique } from "./call.ts";
import { FORM, acs3Headers, adminKey, form, post, send, signAcs3, signed, timestamp } from "./fnf-call.ts";

const Definition = flowOf("{type: pass, name: p}");

async function newFlow(more: Record<string, string> = {}): Promise<string> {
  const Name = unique("f");
  const made = await post("CreateFlow", { Name, Definition, Description: "", Type: "FDL", ...more });
  expect(made.status).toBe(200);
  return Name;
}

describe("Serverless Devs", () => {
  test("creates a flow after the words that it looks for, and finds it the next time", async () => {
    const Name = unique("f");
    const none = await post("DescribeFlow", { Name });
    expect([none.status, none.body.Code]).toEqual([404, "FlowNotExists"]);
    // Its clients put code and status around the message; it looks for this within.
    expect(none.body.Message).toBe(`Flow '${Name}' does not exist`);
    const asked = {
      Name,
      Definition,
      Description: "Created By Serverless Devs",
      Type: "FDL",
      ExecutionMode: "Standard",
    };
    expect((await post("CreateFlow", asked)).status).toBe(200);
    expect((await post("DescribeFlow", { Name })).status).toBe(200);
    const { ExecutionMode: _, ...change } = asked;
    expect((await post("UpdateFlow", change)).status).toBe(200);
    expect((await post("DeleteFlow", { Name })).status).toBe(200);
  });

  test.each([
    ["UpdateFlow", { Name: "none" }],
    ["DeleteFlow", { Name: "none" }],
    ["StartExecution", { FlowName: "none" }],
    ["DescribeExecution", { FlowName: "none", ExecutionName: "e" }],
    ["ListExecutions", { FlowName: "none" }],
    ["GetExecutionHistory", { FlowName: "none", ExecutionName: "e" }],
    ["StopExecution", { FlowName: "none", ExecutionName: "e" }],
    ["CreateSchedule", { FlowName: "none", ScheduleName: "s", CronExpression: "@every 1m" }],
    ["ListSchedules", { FlowName: "none" }],
  ])("reads the same of %s", async (action, fields) => {
    const { body } = await post(action, fields);
    expect([body.Code, body.Message]).toEqual(["FlowNotExists", "Flow 'none' does not exist"]);
  });
});

describe("a flow", () => {
  test("that is of the type DEFAULT is one in FDL", async () => {
    const Name = await newFlow({ Type: "DEFAULT" });
    expect((await post("DescribeFlow", { Name })).body.Type).toBe("FDL");
    expect((await post("UpdateFlow", { Name, Type: "DEFAULT" })).body.Type).toBe("FDL");
    const refused = await post("UpdateFlow", { Name, Type: "ASL" });
    expect([refused.body.Code, refused.body.Message]).toEqual([
      "InvalidArgument",
      "Type must be FDL, or DEFAULT, which is the same",
    ]);
  });

  test("has the place that was given for its data in every answer", async () => {
    const ExternalStorageLocation = "/oss/bucket/path";
    const Name = unique("f");
    const asked = { Name, Definition, Description: "", Type: "FDL", ExternalStorageLocation };
    const answers = [
      (await post("CreateFlow", asked)).body,
      (await post("DescribeFlow", { Name })).body,
      (await post("UpdateFlow", { Name, Description: "new" })).body,
      (await post("ListFlows", { Limit: "1000" })).body.Flows.find(
        (one: { Name: string }) => one.Name === Name,
      ),
    ];
    expect(answers.map((answer) => answer.ExternalStorageLocation)).toEqual(
      answers.map(() => ExternalStorageLocation),
    );
    expect((await post("DescribeFlow", { Name: await newFlow() })).body.ExternalStorageLocation).toBe("");
  });
});

describe("a schedule", () => {
  test.each([
    ["PHP", "0", "1"],
    ["Python", "False", "True"],
    ["JavaScript", "false", "true"],
  ])("is switched off and on as %s says it", async (_, off, on) => {
    const of = { FlowName: await newFlow(), ScheduleName: "s" };
    const made = await post("CreateSchedule", { ...of, CronExpression: "@every 5m", Enable: off });
    expect(made.body.Enable).toBe(false);
    expect((await post("UpdateSchedule", { ...of, Enable: on })).body.Enable).toBe(true);
    expect((await post("UpdateSchedule", { ...of, Enable: "yes" })).body.Message).toBe(
      "Enable must be true or false, or 1 or 0",
    );
  });
});

describe("an error names what it tells of", () => {
  test("when a parameter stands twice, at whatever length it is named", async () => {
    expect((await send("/?Action=a&Action=b", {})).body.Message).toBe(
      'the parameter "Action" stands twice in the query',
    );
    const body = `${"n".repeat(9000)}=1&`.repeat(2).slice(0, -1);
    const { Message } = (await send("/", { method: "POST", headers: FORM, body })).body;
    expect(Message).toMatch(/^the parameter "n{64}\.\.\." stands twice in the body$/);
  });

  test("when it is what the older signature consists of", async () => {
    const say = async (fields: Record<string, string>) => {
      const sent = await signed("POST", { Action: "ListFlows", ...fields });
      return (await send("/", { method: "POST", headers: FORM, body: form(sent) })).body.Message as string;
    };
    expect(await say({ SignatureNonce: "n".repeat(300) })).toMatch(/^SignatureNonce has at most/);
    expect(await say({ Timestamp: "yesterday" })).toMatch(/^Timestamp, the time of signing, must have/);
    expect(await say({ Timestamp: timestamp(-3_600_000) })).toMatch(/^Timestamp is too long ago/);
    expect(await say({ AccessKeyId: "LTAI" })).toMatch(/^AccessKeyId is no access key/);
    const wrong = { ...(await signed("POST", { Action: "ListFlows" })), Signature: "AAAA" };
    const told = await send("/", { method: "POST", headers: FORM, body: form(wrong) });
    expect(told.body.Message).toMatch(/^Signature is not the signature of this string to sign:[^:]+$/);
    const once = form(await signed("POST", { Action: "DescribeRegions" }));
    await send("/", { method: "POST", headers: FORM, body: once });
    const again = await send("/", { method: "POST", headers: FORM, body: once });
    expect([again.body.Code, again.body.Message]).toEqual([
      "SignatureNonceUsed",
      expect.stringContaining("SignatureNonce"),
    ]);
  });

  test("when it is a header of the newer signature", async () => {
    const own = await acs3Headers("ListFlows", "", { "x-acs-date": "yesterday" });
    const authorization = await signAcs3(
      { method: "POST", query: {}, body: "", headers: own },
      await adminKey(),
    );
    const headers = { ...own, authorization };
    const { Message } = (await send("/", { method: "POST", headers })).body;
    expect(Message).toMatch(/^the header x-acs-date, the time of signing, must have/);
  });
});
