/** A runner's way to its queue, over sockets of a service in this process that cuts them when a test says so. */
import { describe, expect, test, vi } from "vitest";
import { NEW_SOCKET, type Socket, give, hear, mayTake, tell } from "../../src/core/queue/socket.ts";
import { frameToWorker, workerFrame } from "../../src/http/contract/connect.ts";
import { Link } from "../../src/worker/link.ts";
import type { MessageOnWire, WorkAnswer, WorkRequest } from "../../src/worker/wire.ts";

const EMPTY: WorkAnswer = { verdicts: [], messages: [] };
const ABOUT = { version: "1", host: "h", os: "o", pid: 1, slots: 1, startedAt: "2026-01-01T00:00:00Z" };
const OPTIONS = { queue: "nightly", leaseSeconds: 60, worker: "north", session: "s", about: ABOUT };

/** The service's end of a socket keeps the rules of the core. */
class FakeSocket extends EventTarget {
  readonly heard: ReturnType<typeof workerFrame.parse>[] = [];
  readonly texts: string[] = [];
  private state: Socket = NEW_SOCKET;
  private readonly ready: string[] = [];
  private readonly leased: string[];
  isMute = false;
  isClosed = false;

  constructor(leased: string[], ready: readonly string[] = []) {
    super();
    this.leased = leased;
    this.ready.push(...ready);
  }

  open(): this {
    this.dispatchEvent(new Event("open"));
    return this;
  }

  send(text: string): void {
    this.texts.push(text);
    if (text === "ping") return this.isMute ? undefined : this.say("pong");
    const frame = workerFrame.parse(JSON.parse(text));
    this.heard.push(frame);
    if (this.isMute) return;
    const { id, seen, take, bye = false, reports, beats } = frame;
    const heard = hear(this.state, { seen, take, bye, ...(id !== undefined && { id }) });
    if (!heard.ok) throw new Error(heard.detail);
    this.state = heard.socket;
    if (id === undefined) return this.push();
    const verdicts = reports.map(() => ({ ok: true as const }));
    const lists = beats.length > 0 ? { beats: beats.map(() => ({ ok: true, leaseSeconds: 60 })) } : {};
    this.tell({ id, verdicts, ...lists, messages: this.take() });
    this.push();
  }

  arrive(...more: string[]): void {
    this.ready.push(...more);
    this.push();
  }

  tell(frame: object): void {
    this.state = tell(this.state);
    const { nr, ...told } = frameToWorker.parse({ nr: this.state.told, ...frame });
    this.say(JSON.stringify({ nr, ...told }));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.dispatchEvent(new Event("close"));
  }

  private push(): void {
    for (let messages = this.take(); messages.length > 0; messages = this.take()) this.tell({ messages });
  }

  private take(): object[] {
    const next = this.ready.splice(0, mayTake(this.state));
    this.state = give(this.state, next.length);
    this.leased.push(...next);
    const more = { dequeueCount: 1, leaseSeconds: 15, priority: 8 };
    const at = { enqueuedAt: "2026-01-01T00:00:00Z", leaseUntil: "2026-01-01T00:00:15Z" };
    return next.map((body) => ({ id: body, body, receipt: `r-${body}`, ...more, ...at }));
  }

  private say(text: string): void {
    queueMicrotask(() => this.dispatchEvent(Object.assign(new Event("message"), { data: text })));
  }
}

function newLink(endsSoon = false) {
  const sockets: FakeSocket[] = [];
  const leased: string[] = [];
  const calls: Partial<WorkRequest>[] = [];
  const pushed: WorkAnswer[] = [];
  const paths: string[] = [];
  const state = { holds: [] as string[], hasSockets: true, isRefused: false };
  const service = {
    endsPolls: true,
    socket(path: string) {
      if (!state.hasSockets) return undefined;
      const socket = new FakeSocket(leased);
      paths.push(path);
      sockets.push(socket);
      queueMicrotask(() => (state.isRefused ? socket.close() : socket.open()));
      return socket as unknown as WebSocket;
    },
    work: async (_: string, request: Partial<WorkRequest>) => {
      calls.push(request);
      return { kind: "answer" as const, answer: EMPTY };
    },
  };
  const ends = { holds: () => state.holds, pushed: (answer: WorkAnswer) => void pushed.push(answer) };
  const link = new Link({ ...OPTIONS, takesOver: undefined }, service, ends, endsSoon);
  const work = async (request: Partial<WorkRequest>, signal?: AbortSignal) => {
    const whole = { ...request, leaseSeconds: 60, worker: "north", session: "s" };
    const outcome = await link.work("nightly", whole, signal);
    if (outcome.kind !== "answer") throw new Error(outcome.kind);
    return outcome.answer;
  };
  const socket = (nth = sockets.length - 1): FakeSocket => {
    const found = sockets[nth];
    if (!found) throw new Error("no socket");
    return found;
  };
  return { link, work, calls, pushed, paths, sockets, socket, state };
}

function bodies(messages: readonly MessageOnWire[]): string[] {
  return messages.map(({ body }) => body);
}

describe("a runner's way to its queue", () => {
  test("is a socket, over which a call that waits says nothing twice", async () => {
    const { work, socket, calls, paths } = newLink();
    expect(await work({ max: 2, waitSeconds: 30 })).toEqual(EMPTY);
    const waiting = work({ max: 2, waitSeconds: 30 });
    await Promise.resolve();
    socket().arrive("a");
    expect(bodies((await waiting).messages)).toEqual(["a"]);
    expect(await work({ reports: [{ token: "t", output: {} }], max: 1, waitSeconds: 0 })).toMatchObject({
      verdicts: [{ ok: true }],
    });
    expect(socket().heard.map(({ take }) => take)).toEqual([2, 0]);
    expect(calls).toEqual([]);
    expect(paths).toEqual(["/v1/queues/nightly/connect?session=s&worker=north&leaseSeconds=60"]);
  });

  test("asks for no more messages than calls want together", async () => {
    const { work, socket, pushed } = newLink();
    await work({ max: 3, waitSeconds: 30 });
    const waiting = work({ max: 3, waitSeconds: 30 });
    await work({ delete: ["r"], max: 1, waitSeconds: 0 });
    expect(socket().heard.map(({ take }) => take)).toEqual([3, 1]);
    socket().arrive("a", "b", "c", "d", "e");
    expect(bodies((await waiting).messages)).toEqual(["a", "b", "c", "d"]);
    expect(pushed).toEqual([]);
  });

  test("passes on what comes when no call waits, such as the end of a task", async () => {
    const { work, socket, pushed } = newLink();
    await work({ max: 1 });
    socket().tell({ messages: [], stop: [{ receipt: "r", code: "TaskOver" }] });
    await work({ max: 0 });
    expect(pushed).toEqual([{ ...EMPTY, stop: [{ receipt: "r", code: "TaskOver" }] }]);
  });

  test("confirms what it has read, so that more comes", async () => {
    const { work, socket, pushed } = newLink();
    await work({ max: 100 });
    for (const body of "abcdefghij") socket().arrive(body);
    await vi.waitFor(() => expect(pushed.flatMap(({ messages }) => bodies(messages))).toHaveLength(10));
    expect(socket().heard.some(({ id }) => id === undefined)).toBe(true);
  });

  test("is calls where there is no socket, and tries again later", async () => {
    const { work, calls, sockets, state } = newLink();
    state.isRefused = true;
    await work({ max: 1 });
    await work({ max: 1 });
    expect([calls.length, sockets.length]).toEqual([2, 1]);
    state.isRefused = false;
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 31_000);
    await work({ max: 1 });
    vi.restoreAllMocks();
    expect([calls.length, sockets.length]).toEqual([2, 2]);
  });

  test("is calls for who ends soon, and for an older Node", async () => {
    const soon = newLink(true);
    await soon.work({ max: 1 });
    expect([soon.calls.length, soon.sockets.length]).toEqual([1, 0]);
    const older = newLink();
    older.state.hasSockets = false;
    await older.work({ max: 1 });
    expect(older.calls).toHaveLength(1);
  });

  test("says on the other what a cut left without an answer, and what it holds when it connects again", async () => {
    const { work, calls, socket, state } = newLink();
    await work({ max: 1 });
    socket().isMute = true;
    const report = { token: "t", output: {} };
    const [told, waiting] = [work({ reports: [report], max: 1 }), work({ max: 0, waitSeconds: 30 })];
    await Promise.resolve();
    socket().close();
    expect(await Promise.all([told, waiting])).toEqual([EMPTY, EMPTY]);
    expect(calls).toHaveLength(2);
    expect(calls).toContainEqual(expect.objectContaining({ reports: [report] }));
    state.holds = ["r-a", "r-b"];
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 3000);
    await work({ max: 2 });
    vi.restoreAllMocks();
    expect(socket().heard).toMatchObject([{ id: 1, holds: ["r-a", "r-b"], take: 2 }]);
    await work({ max: 4 });
    expect(socket().heard[1]?.holds).toBeUndefined();
  });

  test("sends what is too long for a frame by a call", async () => {
    const { work, calls, socket } = newLink();
    const report = { token: "t", output: { text: "x".repeat(2 ** 20) } };
    await work({ reports: [report] });
    expect(calls).toMatchObject([{ reports: [report] }]);
    expect(socket().heard).toEqual([]);
  });

  test("ends its waiting call with a goodbye, and its socket with its end", async () => {
    const { work, link, socket } = newLink();
    await work({ max: 1 });
    const waiting = work({ max: 1, waitSeconds: 30 });
    await Promise.resolve();
    await work({ bye: true, waitSeconds: 0 });
    expect(await waiting).toEqual(EMPTY);
    link.close();
    expect(socket().isClosed).toBe(true);
  });

  test("takes a way for dead that answers no ping", async () => {
    vi.useFakeTimers();
    const { work, socket } = newLink();
    await work({ max: 1 });
    await vi.advanceTimersByTimeAsync(61_000);
    expect([socket().texts.filter((text) => text === "ping").length > 0, socket().isClosed]).toEqual([
      true,
      false,
    ]);
    socket().isMute = true;
    await vi.advanceTimersByTimeAsync(61_000);
    vi.useRealTimers();
    expect(socket().isClosed).toBe(true);
  });

  test("hears that a drain of so long is over, though nobody tells", async () => {
    vi.useFakeTimers();
    const { work, socket } = newLink();
    await work({ max: 1 });
    socket().tell({ messages: [], drain: true });
    const waiting = work({ max: 1, waitSeconds: 30 });
    await vi.advanceTimersByTimeAsync(31_000);
    vi.useRealTimers();
    expect(await waiting).toEqual(EMPTY);
    expect(socket().heard.filter(({ id }) => id !== undefined)).toHaveLength(2);
  });
});
