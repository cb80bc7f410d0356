import { evictDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { WATCHERS_MAX } from "../../src/core/view-limits.ts";
import { liveMessage } from "../../src/http/contract/live.ts";
import { readUnits } from "../bench/units.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { ask, bearer, call, unique } from "./call.ts";

const EACH = `{type: foreach, name: each, tolerance: {count: 9}, iterationMapping: {collection: $.items, item: item}, steps: [${taskStep(
  "work",
  "inputMappings: [{target: token, source: $context.task.token}]",
)}]}`;

interface Task {
  readonly token: string;
}

/** An execution with so many items, and their tasks in the hands of a worker. */
async function fanOut(items: number): Promise<{ path: string; object: string; tasks: Task[] }> {
  const [flow, queue] = [unique("flow"), unique("queue")];
  await call("PUT", `/v1/queues/${queue}`, {});
  await call("PUT", `/v1/flows/${flow}`, flowOf(EACH).replace("queues/work", `queues/${queue}`));
  const input = { items: Array.from({ length: items }, (_, index) => index) };
  await call("POST", `/v1/flows/${flow}/executions`, { name: "run", input });
  const tasks: Task[] = [];
  while (tasks.length < items) {
    const asked = { max: 16, waitSeconds: 5, worker: "gpu-3" };
    const { body } = await call("POST", `/v1/queues/${queue}/receive`, asked);
    for (const message of body.messages as { body: string }[]) tasks.push(JSON.parse(message.body) as Task);
  }
  return { path: `/v1/flows/${flow}/executions/run`, object: `${flow}~1~run`, tasks };
}

async function succeed({ token }: Task): Promise<void> {
  expect((await call("POST", "/v1/tasks/succeed", { token, output: {} })).status).toBe(200);
}

/** A socket, and what came over it. */
class Watching {
  private readonly socket: WebSocket;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into messages with their own expectations
  private readonly messages: any[] = [];
  private wake = () => {};
  closed: { code: number } | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.messages.push(data === "pong" ? data : liveMessage.parse(JSON.parse(String(data))));
      this.wake();
    });
    socket.addEventListener("close", ({ code }) => {
      this.closed = { code };
      this.wake();
    });
    socket.accept();
  }

  say(text: string): void {
    this.socket.send(text);
  }

  /** The next message; undefined when the socket was closed. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  async next(): Promise<any> {
    while (this.messages.length === 0 && !this.closed) await this.news();
    return this.messages.shift();
  }

  async end(): Promise<number | undefined> {
    while (!this.closed) await this.news();
    return this.closed.code;
  }

  private news(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}

async function watch(path: string, since: number, authorization?: string): Promise<Watching> {
  const headers = { upgrade: "websocket", authorization: authorization ?? (await bearer()) };
  const response = await exports.default.fetch(`http://service${path}/live?since=${since}`, { headers });
  expect(response.status).toBe(101);
  return new Watching(response.webSocket as WebSocket);
}

/** The metrics themselves ask the directory for findings. */
const OF_METRICS = 1;

async function requests(): Promise<number> {
  const { body } = await call("GET", "/metrics");
  return readUnits(body as string).objectRequests;
}

describe("a snapshot", () => {
  test("has the head, each step, and a letter for each iteration; it costs two requests of objects", async () => {
    const { path, tasks } = await fanOut(5);
    const [first] = tasks;
    if (first) await succeed(first);
    const before = await requests();
    const { status, body } = await call("GET", `${path}/snapshot`);
    expect([status, (await requests()) - before]).toEqual([200, 2 + OF_METRICS]);
    expect(body).toMatchObject({
      head: { name: "run", status: "Running", input: { items: [0, 1, 2, 3, 4] } },
      steps: [["each", "Running", 1, expect.any(Number), 0]],
      foreach: { each: { n: 5, body: { work: [4, 0, 1, 0, 0] } } },
    });
    expect(body.foreach.each.states).toMatch(/^r?\d?sr?\d?$/);
  });

  test("has a reference where the input is large: it is the first thing that is read, also on a phone", async () => {
    const flow = unique("flow");
    await call("PUT", `/v1/flows/${flow}`, flowOf("{type: pass, name: only}"));
    const path = `/v1/flows/${flow}/executions/run`;
    const input = { items: Array.from({ length: 10_000 }, (_, index) => index) };
    await call("POST", `/v1/flows/${flow}/executions?wait=10`, { name: "run", input });
    const { body } = await call("GET", `${path}/snapshot`);
    expect(body.head).toMatchObject({ status: "Succeeded", inputValue: { ref: "input" } });
    expect(body.head.input).toBeUndefined();
    expect((await call("GET", `${path}/value?ref=input`)).body).toEqual(input);
  });

  test("need not be sent again while nothing is new", async () => {
    const { path, tasks } = await fanOut(1);
    for (const task of tasks) await succeed(task);
    await call("GET", `${path}?wait=10`);
    const authorization = await bearer();
    const first = await ask(`${path}/snapshot`, { headers: { authorization } });
    const known = { authorization, "if-none-match": first.headers.get("etag") ?? "" };
    expect((await ask(`${path}/snapshot`, { headers: known })).status).toBe(304);
  });

  test("of nothing is none", async () => {
    expect((await call("GET", "/v1/flows/nobody/executions/x/snapshot")).body.code).toBe("FlowNotExists");
  });
});

describe("who watches", () => {
  test("is told what is new since the snapshot, and that it has ended", async () => {
    const { path, tasks } = await fanOut(2);
    const { body: known } = await call("GET", `${path}/snapshot`);
    const watching = await watch(path, known.seq);
    expect(await watching.next()).toMatchObject({ type: "delta", since: known.seq, steps: [], foreach: {} });
    for (const task of tasks) await succeed(task);
    let seen = { seq: known.seq, letters: ["r", "r"], head: known.head, steps: known.steps };
    while (seen.head.status === "Running") {
      const { type, since, seq, head, steps, foreach } = await watching.next();
      expect([type, since]).toEqual(["delta", seen.seq]);
      const letters = [...seen.letters];
      for (const [index, letter] of foreach.each?.items ?? []) letters[index] = letter;
      seen = { seq, letters, head, steps };
    }
    expect(seen).toMatchObject({ letters: ["s", "s"], head: { status: "Succeeded" } });
    expect(seen.head.endedAt).toMatch(/^\d{4}-.*Z$/);
    expect(seen.steps).toContainEqual(["each", "Succeeded", 1, expect.any(Number), expect.any(Number)]);
    expect(await watching.end()).toBe(1000);
    expect((await call("GET", `${path}/snapshot`)).body.seq).toBe(seen.seq);
  });

  test("is told at once of what has ended", async () => {
    const { path, tasks } = await fanOut(1);
    for (const task of tasks) await succeed(task);
    await call("GET", `${path}?wait=10`);
    const watching = await watch(path, 0);
    expect(await watching.next()).toMatchObject({ type: "delta", head: { status: "Succeeded" } });
    expect(await watching.end()).toBe(1000);
  });

  test("is told to look anew when the object was evicted meanwhile, and goes on watching", async () => {
    const { path, object, tasks } = await fanOut(2);
    const watching = await watch(path, 0);
    await watching.next();
    await evictDurableObject(env.EXECUTIONS.getByName(object));
    const [first, second] = tasks as [Task, Task];
    await succeed(first);
    // What was due before may still have come.
    while ((await watching.next()).type !== "resync");
    const { body } = await call("GET", `${path}/snapshot`);
    await succeed(second);
    const delta = await watching.next();
    expect(delta.type).toBe("delta");
    expect(delta.since).toBeLessThanOrEqual(body.seq);
    expect(delta.seq).toBeGreaterThan(body.seq);
  });

  test("gets a pong for a ping", async () => {
    const { path } = await fanOut(1);
    const watching = await watch(path, 0);
    await watching.next();
    watching.say("ping");
    expect(await watching.next()).toBe("pong");
  });

  test("makes room for others: so many may watch, and the oldest goes", async () => {
    const { path } = await fanOut(1);
    const first = await watch(path, 0);
    const others: Watching[] = [];
    for (let nth = 0; nth < WATCHERS_MAX; nth++) others.push(await watch(path, 0));
    expect(await first.end()).toBe(4408);
    expect(others.every(({ closed }) => closed === undefined)).toBe(true);
  });

  test("is let go when his key is disabled", async () => {
    const { body: key } = await call("POST", "/v1/keys", { role: "viewer" });
    const { path, tasks } = await fanOut(1);
    const watching = await watch(path, 0, `Bearer ${key.accessKeyId}.${key.accessKeySecret}`);
    await watching.next();
    await call("POST", `/v1/keys/${key.accessKeyId}/disable`);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    try {
      for (const task of tasks) await succeed(task);
      expect(await watching.end()).toBe(4401);
    } finally {
      vi.useRealTimers();
    }
  });

  test("needs a key, a socket, and with a session a page of the service", async () => {
    const { path } = await fanOut(1);
    const live = `${path}/live`;
    expect((await call("GET", live)).body.code).toBe("UpgradeRequired");
    expect((await ask(live, { headers: { upgrade: "websocket" } })).status).toBe(401);
    const at = "https://console.example";
    const accessKey = (await bearer()).slice("Bearer ".length);
    const signIn = { method: "POST", body: JSON.stringify({ accessKey }), headers: { origin: at } };
    const cookie =
      ((await ask("/v1/session", signIn, at)).headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const open = (origin: string) =>
      exports.default.fetch(`${at}${live}`, { headers: { cookie, origin, upgrade: "websocket" } });
    expect((await open("https://elsewhere.example")).status).toBe(403);
    const response = await open(at);
    expect(response.status).toBe(101);
    expect(await new Watching(response.webSocket as WebSocket).next()).toMatchObject({ type: "delta" });
  });
});

test("failures are told by error, by iteration and by worker", async () => {
  const { path, tasks } = await fanOut(3);
  const [first, second, third] = tasks as [Task, Task, Task];
  for (const { token } of [first, second])
    await call("POST", "/v1/tasks/fail", { token, error: "Disk", cause: "full" });
  await succeed(third);
  const { status, body } = await call("GET", `${path}/failures`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    total: 2,
    groups: [{ step: "each[]/work", error: "Disk", cause: "full", count: 2 }],
  });
  expect((await call("GET", `${path}/failures?step=nothing`)).body.groups).toEqual([]);
});

describe("a timeline", () => {
  test("is drawn by step and by worker", async () => {
    const [flow, queue] = [unique("flow"), unique("queue")];
    const path = `/v1/flows/${flow}/executions/run`;
    const work = async (asked: object) =>
      (await call("POST", `/v1/queues/${queue}/work`, { worker: "gpu-3", ...asked })).body;
    await call("PUT", `/v1/queues/${queue}`, {});
    await call("PUT", `/v1/flows/${flow}`, flowOf(EACH).replace("queues/work", `queues/${queue}`));
    await call("POST", `/v1/flows/${flow}/executions`, { name: "run", input: { items: [1, 2] } });
    const { messages } = await work({ max: 2, waitSeconds: 5 });
    const [first, second] = messages.map(({ task, receipt }: { task: Task; receipt: string }) => ({
      token: task.token,
      receipt,
    }));
    await work({ max: 1, reports: [{ ...first, output: {} }] });
    await work({ max: 1, reports: [{ ...second, error: "Odd" }] });
    const { status, body } = await call("GET", `${path}/timeline?width=20`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      more: 0,
      lanes: [
        { name: "each", done: 1, failed: 0 },
        { name: "each[]/work", done: 1, failed: 1 },
      ],
    });
    const { body: byWorker } = await call("GET", `${path}/timeline?width=20&by=worker`);
    expect(byWorker.lanes).toMatchObject([{ name: "gpu-3", done: 1, failed: 1, failing: { count: 1 } }]);
  });

  test("of a stretch that ends before it begins is refused", async () => {
    const { path } = await fanOut(1);
    const { status, body } = await call(
      "GET",
      `${path}/timeline?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
    );
    expect([status, body.code]).toEqual([400, "InvalidRange"]);
  });

  test("of nothing is none", async () => {
    expect((await call("GET", "/v1/flows/nobody/executions/x/timeline")).body.code).toBe("FlowNotExists");
  });
});

test("events can be asked for without their details", async () => {
  const { path } = await fanOut(1);
  const { body } = await call("GET", `${path}/history?detail=none&limit=2`);
  expect(body.items).toEqual([
    {
      eventId: 1,
      scheduleEventId: 0,
      type: "ExecutionStarted",
      stepName: "",
      stepPath: "",
      time: expect.any(String),
    },
    expect.objectContaining({ eventId: 2, type: "StepEntered", stepPath: "each" }),
  ]);
  const { body: refused } = await call("GET", `${path}/history?detail=all`);
  expect(refused.code).toBe("InvalidRequest");
});
