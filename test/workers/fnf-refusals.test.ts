import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import { permits } from "../../src/auth/roles.ts";
import { ACTIONS } from "../../src/protocols/fnf/actions.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, unique } from "./call.ts";
import {
  FORM,
  type FnfAnswer,
  type Key,
  acs3Headers,
  adminKey,
  form,
  newKey,
  post,
  send,
  signAcs3,
  signRpc,
  signed,
  timestamp,
} from "./fnf-call.ts";

const PASS = flowOf("{type: pass, name: p}");
const MINUTE = 60_000;
type Fields = Readonly<Record<string, string>>;

async function flow(definition = PASS, more: Fields = {}): Promise<string> {
  const Name = unique("flow");
  await post("CreateFlow", { Name, Definition: definition, Description: "", Type: "FDL", ...more });
  return Name;
}

/** The documented code in the documented shape, and nothing else. */
function expectError({ status, headers, body }: FnfAnswer, wanted: number, code: string): void {
  expect({ status, Code: body.Code }).toEqual({ status: wanted, Code: code });
  expect(Object.keys(body).toSorted()).toEqual(["Code", "HostId", "Message", "RequestId"]);
  expect(headers.get("content-type")).toBe("application/json;charset=utf-8");
  expect(headers.get("cache-control")).toContain("no-transform");
  expect(headers.get("location")).toBeNull();
  expect(JSON.stringify(body)).not.toMatch(/<html|\.ts:\d|at async|Broken invariant/);
}

function sendForm(fields: Fields): Promise<FnfAnswer> {
  return send("/", { method: "POST", headers: FORM, body: form(fields) });
}

describe("a request that", () => {
  test.each([
    "AccessKeyId",
    "Signature",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "Timestamp",
    "Version",
    "Action",
  ])("has no %s is told so, whether that is left out or empty", async (name) => {
    const { [name]: _, ...rest } = await signed("POST", { Action: "ListFlows" });
    expectError(await sendForm(rest), 400, `Missing${name}`);
    expectError(await sendForm({ ...rest, [name]: "" }), 400, `Missing${name}`);
  });

  test("asks for nothing at all is told what is missing first", async () => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      expectError(await send("/", { method }), 400, "MissingAccessKeyId");
    }
    const head = await send("/", { method: "HEAD" });
    expect([head.status, head.body]).toEqual([400, undefined]);
  });

  test.each([
    [-16 * MINUTE, 400, "InvalidTimeStamp.Expired"],
    [16 * MINUTE, 400, "InvalidTimeStamp.Expired"],
    [-14 * MINUTE, 200, undefined],
    [14 * MINUTE, 200, undefined],
  ])("was signed by a clock that is %d ms off is answered with %d", async (shift, status, code) => {
    const answer = await post("ListFlows", { Timestamp: timestamp(shift) });
    expect([answer.status, answer.body.Code]).toEqual([status, code]);
    const own = await acs3Headers("ListFlows", "", { "x-acs-date": timestamp(shift) });
    const authorization = await signAcs3(
      { method: "GET", query: {}, body: "", headers: own },
      await adminKey(),
    );
    const newer = await send("/", { headers: { ...own, authorization } });
    expect([newer.status, newer.body.Code]).toEqual([status, code]);
  });

  test.each([
    "yesterday",
    "2026-11-24T02:00:00.000Z",
    "2026-11-24 02:00:00",
    "2026-13-41T99:00:00Z",
    "1795474081",
  ])("was signed at %j is told the form of a time", async (Timestamp) =>
    expectError(await post("ListFlows", { Timestamp }), 400, "InvalidTimeStamp.Format"),
  );

  test.each([
    [{ SignatureMethod: "HMAC-MD5" }, "InvalidArgument"],
    [{ SignatureVersion: "2.0" }, "InvalidArgument"],
    [{ SignatureNonce: "n".repeat(300) }, "InvalidArgument"],
    [{ Version: "2015-06-06" }, "APIVersionNotSupported"],
    [{ Limit: "many" }, "InvalidArgument"],
  ])("says %j is refused", async (fields, code) => {
    expectError(await post("ListFlows", fields), 400, code);
  });

  test.each(["LTAI4Fnobody", "mradmin", "../x", "mradmin1' OR 1=1", "é"])(
    "names the key %j, which nobody has, is told so, whatever its signature is",
    async (id) => {
      expectError(await post("ListFlows", {}, { id, secret: "secret" }), 404, "InvalidAccessKeyId.NotFound");
    },
  );

  test("comes from a key that was disabled or deleted is not let in", async () => {
    const key = await newKey("operator");
    expect((await post("ListFlows", {}, key)).status).toBe(200);
    await call("DELETE", `/v1/keys/${key.id}`);
    expectError(await post("ListFlows", {}, key), 404, "InvalidAccessKeyId.NotFound");
  });

  test("is too large is cut off, announced or not", async () => {
    const body = `Definition=${"x".repeat(5_000_000)}`;
    expectError(await send("/", { method: "POST", headers: FORM, body }), 400, "EntityTooLarge");
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(2 ** 20).fill(120));
      },
    });
    expectError(await send("/", { method: "POST", headers: FORM, body: stream }), 400, "EntityTooLarge");
    // Small on its way, large once it is escaped twice for the signature.
    const { Signature, ...fields } = await signed("POST", { Action: "ListFlows" });
    const raw = `${form({ ...fields, Signature: Signature ?? "" })}&X=${"é".repeat(1_500_000)}`;
    expectError(await send("/", { method: "POST", headers: FORM, body: raw }), 400, "EntityTooLarge");
  });

  test("has more parameters than anybody needs, one twice, or bytes that are no text, is refused", async () => {
    const many = Array.from({ length: 200 }, (_, nth) => `p${nth}=1`).join("&");
    expectError(await send(`/?${many}`, {}), 400, "InvalidArgument");
    expectError(await send("/", { method: "POST", headers: FORM, body: many }), 400, "InvalidArgument");
    expectError(await send("/?Action=a&Action=b", {}), 400, "InvalidArgument");
    const bytes = new Uint8Array([0x61, 0x3d, 0xff, 0xfe]);
    expectError(await send("/", { method: "POST", headers: FORM, body: bytes }), 400, "InvalidArgument");
  });

  test("brings a bad text where JSON belongs is told where", async () => {
    const FlowName = await flow();
    for (const Input of ['{"a":', "[]", "nope", "\u0000", `{"a":${"[".repeat(9000)}${"]".repeat(9000)}}`]) {
      const answer = await post("StartExecution", { FlowName, Input });
      expectError(answer, 400, "InvalidArgument");
      expect(answer.body.Message).toMatch(/^Input /);
    }
    const prototype = await post("StartExecution", { FlowName, Input: '{"__proto__":{"admin":true}}' });
    expect(prototype).toMatchObject({ status: 200 });
  });

  test("names parameters after what every object has finds nothing there", async () => {
    expectError(
      await post("DescribeFlow", JSON.parse('{"constructor":"x","__proto__":"y"}') as Fields),
      400,
      "MissingRequiredParams",
    );
    expectError(await post("toString"), 400, "ActionNotSupported");
  });

  test("comes to a service without a MASTER_KEY is told that it is unavailable", async () => {
    const response = await worker.fetch(
      new Request("http://service/?Action=ListFlows"),
      { ...env, MASTER_KEY: undefined } as never,
      createExecutionContext(),
    );
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ Code: "ServiceUnavailable" });
  });
});

describe("a request that is sent again", () => {
  /** A good request for each action whose replay must be refused. */
  const PREPARE: Readonly<Record<string, () => Promise<Fields>>> = {
    CreateFlow: async () => ({ Name: unique("flow"), Definition: PASS, Description: "", Type: "FDL" }),
    UpdateFlow: async () => ({ Name: await flow(), Description: "new" }),
    DeleteFlow: async () => ({ Name: await flow() }),
    StartExecution: async () => ({ FlowName: await flow() }),
    StartSyncExecution: async () => ({ FlowName: await flow(PASS, { ExecutionMode: "Express" }) }),
    CreateSchedule: async () => schedule(false),
    UpdateSchedule: async () => ({ ...(await schedule(true)), Enable: "false" }),
    DeleteSchedule: async () => {
      const { CronExpression: _, ...of } = await schedule(true);
      return of;
    },
  };

  async function schedule(create: boolean): Promise<Fields> {
    const of = { FlowName: await flow(), ScheduleName: "s", CronExpression: "@every 5m" };
    if (create) await post("CreateSchedule", of);
    return of;
  }

  test("is an example of each action that must not be done twice", () => {
    const once = ACTIONS.filter(({ replay }) => replay === "refused").map(({ name }) => name);
    expect(Object.keys(PREPARE).toSorted()).toEqual(once.toSorted());
  });

  test.each(Object.keys(PREPARE))("%s is done once", async (Action) => {
    const fields = await PREPARE[Action]?.();
    const request = await signed("POST", { Action, ...fields });
    expect(await sendForm(request)).toMatchObject({ status: 200 });
    expectError(await sendForm(request), 400, "SignatureNonceUsed");
    expectError(await sendForm(request), 400, "SignatureNonceUsed");
  });

  test.each(["CreateFlow", "DeleteFlow", "StartExecution"])("%s, in the newer form too", async (Action) => {
    const key = await adminKey();
    const body = form((await PREPARE[Action]?.()) ?? {});
    const own = await acs3Headers(Action, body);
    const authorization = await signAcs3({ method: "POST", query: {}, body, headers: own }, key);
    const again = () => send("/", { method: "POST", headers: { ...own, authorization }, body });
    expect((await again()).status).toBe(200);
    expectError(await again(), 400, "SignatureNonceUsed");
  });

  test("does not undo what came after it: a flow that was made again stays, one that was deleted stays away", async () => {
    const Name = unique("flow");
    const create = await signed("POST", {
      Action: "CreateFlow",
      Name,
      Definition: PASS,
      Description: "",
      Type: "FDL",
    });
    expect((await sendForm(create)).status).toBe(200);
    const remove = await signed("POST", { Action: "DeleteFlow", Name });
    expect((await sendForm(remove)).status).toBe(200);
    expectError(await sendForm(create), 400, "SignatureNonceUsed");
    await post("CreateFlow", { Name, Definition: PASS, Description: "again", Type: "FDL" });
    expectError(await sendForm(remove), 400, "SignatureNonceUsed");
    expect((await post("DescribeFlow", { Name })).body).toMatchObject({ Description: "again" });
  });

  test("and was refused before is refused again, even where it would be good by now", async () => {
    const FlowName = unique("flow");
    const start = await signed("POST", { Action: "StartExecution", FlowName });
    expectError(await sendForm(start), 404, "FlowNotExists");
    await post("CreateFlow", { Name: FlowName, Definition: PASS, Description: "", Type: "FDL" });
    expectError(await sendForm(start), 400, "SignatureNonceUsed");
    expect((await post("ListExecutions", { FlowName })).body.Executions).toEqual([]);
  });

  test.each(["ListFlows", "DescribeRegions"])("%s is answered once", async (Action) => {
    const request = await signed("POST", { Action });
    expect((await sendForm(request)).status).toBe(200);
    expectError(await sendForm(request), 400, "SignatureNonceUsed");
  });

  test("stops nothing twice and reports nothing twice, by its own rules", async () => {
    await call("PUT", "/v1/queues/work", {});
    const FlowName = await flow(
      flowOf(taskStep("t", "inputMappings: [{target: token, source: $context.task.token}]")),
    );
    await post("StartExecution", { FlowName, ExecutionName: "run" });
    const { body } = await call("POST", "/v1/queues/work/receive", { waitSeconds: 10 });
    const { token } = JSON.parse(body.messages[0].body) as { token: string };
    const report = await signed("POST", { Action: "ReportTaskSucceeded", TaskToken: token, Output: "{}" });
    expect(await sendForm(report)).toMatchObject({ status: 200, body: { EventId: expect.any(Number) } });
    expectError(await sendForm(report), 400, "TaskAlreadyCompleted");
    const Waiting = await flow(flowOf("{type: wait, name: w, duration: 600}"));
    await post("StartExecution", { FlowName: Waiting, ExecutionName: "run" });
    await expect
      .poll(
        async () =>
          (await post("DescribeExecution", { FlowName: Waiting, ExecutionName: "run" })).body.Status,
      )
      .toBe("Running");
    const stop = await signed("POST", { Action: "StopExecution", FlowName: Waiting, ExecutionName: "run" });
    expect((await sendForm(stop)).status).toBe(200);
    expectError(await sendForm(stop), 400, "ExecutionAlreadyCompleted");
  });
});

describe("roles", () => {
  test.each(["admin", "operator", "viewer", "worker"] as const)(
    "%s may do what its role grants, and no more",
    async (role) => {
      const queues = role === "worker" ? ["work"] : undefined;
      const key: Key = await newKey(role, queues && { queues });
      const caller = { accessKeyId: key.id, role, ...(queues && { queues }) };
      for (const { name, needs } of ACTIONS) {
        const answer = await post(name, { Name: "nobody", FlowName: "nobody", TaskToken: "t" }, key);
        if (permits(caller, needs)) expect([name, answer.body.Code]).not.toEqual([name, "AccessDenied"]);
        else expectError(answer, 403, "AccessDenied");
      }
    },
  );

  test("stand in the audit log with what was changed by whom", async () => {
    const key = await newKey("operator");
    const Name = unique("flow");
    await post("CreateFlow", { Name, Definition: PASS, Description: "", Type: "FDL" }, key);
    await post("DeleteFlow", { Name: "nobody", FlowName: "unread", ScheduleName: "x".repeat(9000) }, key);
    const { body } = await call("GET", `/v1/audit?accessKeyId=${key.id}`);
    expect(body.items[0].target).toEqual({ flow: "nobody" });
    expect(body.items).toMatchObject([
      { action: "fnf:DeleteFlow", target: { flow: "nobody" }, status: 404, role: "operator" },
      { action: "fnf:CreateFlow", target: { flow: Name }, status: 200 },
    ]);
    expect((await call("GET", `/v1/flows/${Name}`)).status).toBe(200);
  });
});

describe("the signature", () => {
  test("is the one of the reference's own example", async () => {
    const fields = {
      Timestamp: "2016-02-23T12:46:24Z",
      Format: "XML",
      AccessKeyId: "testid",
      Action: "DescribeRegions",
      SignatureMethod: "HMAC-SHA1",
      SignatureNonce: "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
      Version: "2014-05-26",
      SignatureVersion: "1.0",
    };
    expect(await signRpc("GET", fields, "testsecret")).toBe("OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
  });
});
