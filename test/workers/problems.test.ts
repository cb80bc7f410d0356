import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { OPEN_POLLS_MAX, SCHEDULE_PAYLOAD_SIZE, SKIPS_MAX } from "../../src/core/limits.ts";
import { PROBLEMS } from "../../src/http/problem.ts";
import worker from "../../src/index.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { type Answer, ask, bearer, call } from "./call.ts";
import { API, OPERATIONS, expectConforming, resolveResponse } from "./conformance.ts";

const FLOW = "/v1/flows/known";
const QUEUE = "/v1/queues/known";
const TASK = taskStep("t", "inputMappings: [{target: token, source: $context.task.token}]");
const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();
const NOW = new Date().toISOString();

let tokens: { ended: string; superseded: string; reported: string; removed: string };

/** Tokens of tasks in all the ways in which one can be over. */
beforeAll(async () => {
  await call("PUT", QUEUE, {});
  await call("PUT", "/v1/queues/work", {});
  await call("PUT", FLOW, flowOf("{type: pass, name: p}"));
  await call("PUT", `${FLOW}/schedules/known`, { cron: "@daily" });
  await call("POST", `${FLOW}/executions?wait=10`, { name: "over" });
  const ended = await takeTask("ended", TASK);
  await call("POST", "/v1/flows/ended/executions/run/stop", {});
  const reported = await takeTask("reported", TASK, "{type: wait, name: w, duration: 3600}");
  await call("POST", "/v1/tasks/succeed", { token: reported, output: {} });
  const retry = "retry: [{errors: [E], intervalSeconds: 1, maxAttempts: 3}]";
  const superseded = await takeTask("superseded", TASK.replace(/}$/, `, ${retry}}`));
  await call("POST", "/v1/tasks/fail", { token: superseded, error: "E" });
  await call("POST", "/v1/queues/work/receive", { waitSeconds: 10 });
  const removed = await takeTask("removed", TASK);
  await call("POST", "/v1/flows/removed/executions/run/stop", {});
  const object = env.EXECUTIONS.getByName("removed~1~run");
  await vi.waitUntil(() => object.remove());
  tokens = { ended, superseded, reported, removed };
});

async function takeTask(flow: string, ...steps: string[]): Promise<string> {
  await call("PUT", `/v1/flows/${flow}`, flowOf(...steps));
  await call("POST", `/v1/flows/${flow}/executions`, { name: "run" });
  const { body } = await call("POST", "/v1/queues/work/receive", { waitSeconds: 10 });
  return (JSON.parse(body.messages[0].body) as { token: string }).token;
}

async function raw(
  path: string,
  { headers = {}, ...init }: Omit<RequestInit, "headers"> & { headers?: Record<string, string> },
  origin?: string,
): Promise<Answer> {
  const all = { authorization: await bearer(), ...headers };
  const response = await ask(path, { ...init, headers: all }, origin);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** A request to a service in another state than that of the suite. */
async function asking(changed: object, method = "GET", path = "/v1/flows"): Promise<Answer> {
  const headers = { authorization: await bearer() };
  const request = new Request(`http://service${path}`, { method, headers });
  const surroundings = Object.assign({}, env as object, changed) as never;
  const response = await worker.fetch(request as never, surroundings, createExecutionContext());
  await expectConforming(method, path, response);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** A directory that is out of order in some way. */
function broken(error: Error): object {
  const fail = () => {
    throw error;
  };
  return { DIRECTORY: { getByName: fail } };
}

const succeed = (token: string) => call("POST", "/v1/tasks/succeed", { token, output: {} });
const start = (body: object, headers = {}) => call("POST", `${FLOW}/executions`, body, headers);
const json = { "content-type": "application/json" };

/** By its code: a request to an operation whose description tells of the problem. */
const PROVOCATIONS: Readonly<Record<string, () => Promise<Answer>>> = {
  InvalidRequest: () => call("GET", "/v1/flows?limit=0"),
  InvalidJson: () => raw(`${FLOW}/executions`, { method: "POST", body: "{", headers: json }),
  InvalidToken: () => succeed("mr1.a.b.c"),
  InvalidOutput: () => call("POST", "/v1/tasks/succeed", { token: tokens.reported, output: [] }),
  InvalidCron: () => call("PUT", `${FLOW}/schedules/s`, { cron: "* * *" }),
  InvalidRange: () => call("POST", `${FLOW}/schedules/known/backfill`, { from: NOW, to: HOUR_AGO }),
  InvalidSchedule: () =>
    call("PUT", `${FLOW}/schedules/s`, { cron: "@daily", startAt: NOW, endAt: HOUR_AGO }),
  InstantNotExists: () => call("POST", `${FLOW}/schedules/known/skip`, { at: HOUR_AGO }),
  Unauthenticated: () => raw("/v1/flows", { headers: { authorization: "Bearer a.b" } }),
  NotFound: () => call("DELETE", "/v1/flows/%2e%2e"),
  FlowNotExists: () => call("GET", "/v1/flows/nobody"),
  VersionNotExists: () => call("GET", `${FLOW}?version=9`),
  ExecutionNotExists: () => call("GET", `${FLOW}/executions/nobody`),
  ValueNotExists: () => call("GET", `${FLOW}/executions/over/value?ref=nobody%23output`),
  StepNotExists: () => call("GET", `${FLOW}/executions/over/steps?parent=nobody`),
  ScheduleNotExists: () => call("GET", `${FLOW}/schedules/nobody`),
  BackfillNotExists: () => call("GET", `${FLOW}/schedules/known/backfills/b9`),
  QueueNotExist: () => call("GET", "/v1/queues/nobody"),
  TopicNotExist: () => call("GET", "/v1/topics/nobody"),
  async SubscriptionNotExist() {
    await call("PUT", "/v1/topics/known", {});
    return call("GET", "/v1/topics/known/subscriptions/nobody");
  },
  async InvalidEndpoint() {
    await call("PUT", "/v1/topics/known", {});
    return call("PUT", "/v1/topics/known/subscriptions/s", { endpoint: { url: "nowhere" } });
  },
  KeyNotExists: () => call("GET", "/v1/keys/nobody"),
  ExecutionAlreadyExists: () => start({ name: "over" }),
  async IncompatibleVersion() {
    const path = "/v1/flows/renamed";
    await call("PUT", path, flowOf("{type: fail, name: broken, error: Broken}"));
    await call("POST", `${path}/executions?wait=10`, { name: "run" });
    await call("PUT", path, flowOf("{type: pass, name: mended}"));
    return call("POST", `${path}/executions/run/redrive`, { version: "latest" });
  },
  NotRedrivable: () => call("POST", `${FLOW}/executions/over/redrive`, {}),
  ExecutionRunning: () => call("POST", "/v1/flows/reported/executions/run/redrive", {}),
  async DoctorRunning() {
    const answers = await Promise.all([call("POST", "/v1/doctor", {}), call("POST", "/v1/doctor", {})]);
    return answers.find(({ status }) => status === 409) ?? answers[0];
  },
  ExecutionAlreadyCompleted: () => call("POST", `${FLOW}/executions/over/stop`, {}),
  async FlowPaused() {
    await call("PUT", "/v1/flows/paused", flowOf("{type: pass, name: p}"));
    await call("POST", "/v1/flows/paused/pause", { starts: "refuse" });
    return call("POST", "/v1/flows/paused/executions", {});
  },
  async StepNotOpen() {
    await call("PUT", "/v1/flows/no-items", flowOf("{type: wait, name: w, duration: 3600}"));
    const path = "/v1/flows/no-items/executions";
    await call("POST", path, { name: "run" });
    await vi.waitFor(async () => expect((await call("GET", `${path}/run`)).body.status).toBe("Running"));
    return call("POST", `${path}/run/items`, { step: "w", concurrency: 2 });
  },
  ExecutionEnded: () => succeed(tokens.ended),
  TaskAlreadyCompleted: () => succeed(tokens.reported),
  TaskSuperseded: () => succeed(tokens.superseded),
  async TaskTimedOut() {
    const caught = TASK.replace(/}$/, ", timeoutSeconds: 60, catch: [{errors: [FnF.ALL], goto: w}]}");
    const token = await takeTask("late", caught, "{type: wait, name: w, duration: 3600}");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    try {
      return await succeed(token);
    } finally {
      vi.useRealTimers();
    }
  },
  LastAdminKey: () => call("DELETE", "/v1/keys/mradmin1"),
  UnsupportedMediaType: () =>
    raw(`${FLOW}/executions`, { method: "POST", body: "x", headers: { "content-type": "image/png" } }),
  InvalidDefinition: () => call("PUT", "/v1/flows/wrong", "version: v1"),
  InternalError: () => asking(broken(new Error("a bug"))),
  NotConfigured: () => asking({ MASTER_KEY: "short" }),
  Overloaded: () => asking(broken(Object.assign(new Error("busy"), { overloaded: true }))),
  async Forbidden() {
    const { body } = await call("POST", "/v1/keys", { role: "viewer" });
    const authorization = `Bearer ${body.accessKeyId}.${body.accessKeySecret}`;
    return raw(FLOW, { method: "DELETE", headers: { authorization } });
  },
  ForeignOrigin: () => {
    const body = JSON.stringify({ accessKey: "a.b" });
    const headers = { ...json, origin: "https://elsewhere.example" };
    return raw("/v1/session", { method: "POST", body, headers }, "https://service");
  },
  InsecureSignIn: () => call("POST", "/v1/session", { accessKey: "a.b" }),
  VersionMoved: () => call("PUT", `${FLOW}?ifVersion=99`, flowOf("{type: pass, name: q}")),
  NeedNotExist: () => call("POST", "/v1/board/needs/none/acknowledge", {}),
  WorkerNotExist: () => call("POST", `${QUEUE}/workers/nobody/resume`, {}),
  UpgradeRequired: () => call("GET", `${FLOW}/executions/over/live`),
  ExecutionStarting: () => {
    const unstarted = env.EXECUTIONS.getByName("known~1~unstarted");
    return asking({ EXECUTIONS: { getByName: () => unstarted } }, "POST", `${FLOW}/executions/over/stop`);
  },
  async IdempotencyConflict() {
    await start({}, { "idempotency-key": "once" });
    return start({ input: { other: 1 } }, { "idempotency-key": "once" });
  },
  BodyTooLarge: () => start({ input: { x: "y".repeat(17 * 2 ** 20) } }),
  async TooManyPolls() {
    const poll = () => call("POST", `${QUEUE}/receive`, { waitSeconds: 2 });
    const answers = await Promise.all(Array.from({ length: OPEN_POLLS_MAX + 1 }, poll));
    const refused = answers.find(({ status }) => status !== 200);
    if (!refused) throw new Error("one poll too many is refused");
    return refused;
  },
  async TooManySkips() {
    const path = `${FLOW}/schedules/known`;
    const { body } = await call("GET", `${path}/preview?count=${SKIPS_MAX + 1}`);
    const answers: Answer[] = [];
    for (const { at } of body.items as { at: string }[])
      answers.push(await call("POST", `${path}/skip`, { at }));
    return answers.at(-1) as Answer;
  },
  async PayloadTooLarge() {
    const payload = { text: "x".repeat(SCHEDULE_PAYLOAD_SIZE) };
    return call("PUT", `${FLOW}/schedules/large`, { cron: "@daily", payload });
  },
  async MessageTooLarge() {
    await call("PUT", QUEUE, { maximumMessageSize: 1024 });
    return call("POST", `${QUEUE}/send`, { messages: [{ body: "x".repeat(1025) }] });
  },
};

/** What takes more time or requests than a test should, or spoilt rows: the tests of the core, of schedules and the simulator provoke it. */
const ELSEWHERE = new Set([
  "NoRole",
  "AccessUnreachable",
  "OverlapRunning",
  "QueueFull",
  "FlowFull",
  "MemoryFull",
  "TooManyExecutions",
  "TooManyStarts",
  "TooManyKeys",
  "TooManySubscriptions",
  "TooManySockets",
  "TooManySignIns",
  "BackfillRunning",
  "ScheduleParked",
  "RecordUnreadable",
]);

/** Of single entries of an answer that is good as a whole, or of no operation at all. */
const OF_NO_OPERATION = new Set([
  "InvalidReceipt",
  "MessageNotExist",
  "LeaseExpired",
  "TaskOver",
  "MethodNotAllowed",
]);

describe("a problem of the document", () => {
  const documented = new Set(
    OPERATIONS.flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap((answer) =>
        Object.keys(resolveResponse(answer).content?.["application/problem+json"]?.examples ?? {}),
      ),
    ),
  );

  test("is provoked here or elsewhere, and every problem is in the document where it can be", () => {
    expect([...Object.keys(PROVOCATIONS), ...ELSEWHERE].toSorted()).toEqual([...documented].toSorted());
    expect([...documented, ...OF_NO_OPERATION].toSorted()).toEqual(Object.keys(PROBLEMS).toSorted());
    expect(Object.keys(API.components.responses).length).toBeGreaterThan(20);
  });

  test.each(Object.entries(PROVOCATIONS))(
    "%s is answered by an operation that tells of it",
    async (code, provoke) => {
      const { status, headers, body } = await provoke();
      expect([status, body.code]).toEqual([PROBLEMS[code as keyof typeof PROBLEMS].status, code]);
      expect(headers.get("content-type")).toBe("application/problem+json");
    },
  );
});

test("a task of an execution that was kept long enough is over: its message leaves the queue with its report", async () => {
  const { status, body } = await succeed(tokens.removed);
  expect([status, body.code]).toEqual([409, "ExecutionEnded"]);
  const beat = await call("POST", "/v1/tasks/heartbeat", { token: tokens.removed });
  expect([beat.status, beat.body.code]).toEqual([409, "ExecutionEnded"]);
});
