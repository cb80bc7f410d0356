/** A service's queues in this process, which can be told to misbehave. It speaks what the runner speaks, and no more. */
import { randomBytes } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type {
  BeatOnWire,
  MessageOnWire,
  ReportOnWire,
  TaskOnWire,
  WorkAnswer,
  WorkRequest,
} from "../../src/worker/wire.ts";

const FIRST_LEASE_SECONDS = 15;
const LEASE_SECONDS = 60;
const OLDER_FIELDS = new Set(["reports", "delete", "max", "waitSeconds", "leaseSeconds", "worker"]);

interface Stored {
  readonly id: string;
  readonly body: string;
  readonly task?: TaskOnWire;
  deliveries: number;
  receipt?: string;
  session?: string;
  code?: string;
  expiry?: NodeJS.Timeout;
}

/** What becomes of the nth call, from 0: nothing special, or something that should not be. */
export type Fault =
  | "cut"
  | "html"
  | "short"
  | { readonly status: number; readonly code?: string; readonly headers?: Record<string, string> };

interface Poll {
  readonly session: string;
  readonly max: number;
  end(): void;
}

export interface FakeOptions {
  readonly isOlder?: boolean;
  readonly firstLeaseSeconds?: number;
  /** Of every beat. */
  readonly leaseSeconds?: number;
  /** Serve over TLS, as `localhost`. */
  readonly tls?: { readonly key: string; readonly cert: string };
  fault?(call: number, request: Partial<WorkRequest>): Fault | undefined;
}

export class FakeService {
  readonly calls: Partial<WorkRequest>[] = [];
  readonly reports: ReportOnWire[] = [];
  readonly released: { receipt: string; delaySeconds?: number }[] = [];
  readonly buried: { receipt: string; reason: string }[] = [];
  readonly deleted: string[] = [];
  readonly progress: unknown[] = [];
  /** Of each call. */
  readonly authorizations: string[] = [];
  heldMost = 0;
  expired = 0;
  extensions = 0;
  isDraining = false;
  beatRefusal: (beat: BeatOnWire) => { code: string; detail: string } | undefined = () => undefined;
  verdictOf: (report: ReportOnWire) => { code: string; detail: string } | undefined = () => undefined;
  private readonly waiting: Stored[] = [];
  private readonly leased = new Map<string, Stored>();
  private readonly tokens = new Map<string, "open" | "told">();
  private readonly polls = new Set<Poll>();
  private readonly watchers = new Set<() => void>();
  private readonly options: FakeOptions;
  private readonly server: Server;

  constructor(options: FakeOptions = {}) {
    this.options = options;
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void this.answer(request, response);
    this.server = options.tls ? createTlsServer(options.tls, answer) : createServer(answer);
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    return this.options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** A task, unless `task` is false; gives its token. */
  send(body: unknown, task: Partial<TaskOnWire> | false = {}): string {
    const id = randomBytes(6).toString("hex");
    const token = `mr1.k.${id}.mac`;
    const mapped =
      this.options.isOlder === true && task !== false ? { ...(body as object), task_token: token } : body;
    const text = typeof mapped === "string" ? mapped : JSON.stringify(mapped);
    const whole = { token, flow: "nightly", execution: `e-${id}`, step: "backup", attempt: 1, ...task };
    this.waiting.push({
      id,
      body: text,
      deliveries: 0,
      ...(task !== false && !this.options.isOlder && { task: whole }),
    });
    if (task !== false) this.tokens.set(token, "open");
    this.wake();
    return token;
  }

  /** Ends a task from outside: whoever holds it is told. */
  withdraw(token: string, code = "TaskOver"): void {
    for (const stored of [...this.leased.values(), ...this.waiting])
      if (stored.task?.token === token) stored.code = code;
    this.wake();
  }

  /** Resolves when a condition holds; what the runner does here is what wakes it. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const watcher = () => {
          this.watchers.delete(watcher);
          resolve();
        };
        this.watchers.add(watcher);
      });
    }
  }

  /** Its workers are to take no more, or may again: their calls that wait are answered. */
  drain(isDraining: boolean): void {
    this.isDraining = isDraining;
    this.wake();
  }

  /** Messages that somebody has. */
  get heldNow(): number {
    return this.leased.size;
  }

  reportOf(token: string): ReportOnWire | undefined {
    return this.reports.find((report) => report.token === token);
  }

  private wake(): void {
    for (const poll of this.polls) poll.end();
    for (const watcher of this.watchers) watcher();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") return problem(response, 426, "UpgradeRequired", "no sockets here");
    const text = await textOf(request);
    // Who was killed while it called wants no answer.
    if (text === undefined) return;
    const body = JSON.parse(text) as Partial<WorkRequest> & { receipts?: string[] };
    const path = request.url ?? "";
    const fault = this.options.fault?.(this.calls.length, body);
    if (path.endsWith("/work")) this.calls.push(body);
    this.authorizations.push(request.headers.authorization ?? "");
    for (const watcher of this.watchers) watcher();
    if (fault !== undefined) return misbehave(fault, response);
    const isAllowed = request.headers.authorization?.startsWith("Bearer key.") === true;
    if (!isAllowed) return problem(response, 401, "Unauthenticated", "who are you");
    if (path.endsWith("/extend"))
      return reply(response, { verdicts: (body.receipts ?? []).map((one) => this.beat(one)) });
    if (path.endsWith("/release")) {
      for (const receipt of body.receipts ?? []) this.giveBack({ receipt });
      return reply(response, { verdicts: (body.receipts ?? []).map(() => ({ ok: true })) });
    }
    const unknown = Object.keys(body).filter((name) => !OLDER_FIELDS.has(name));
    if (this.options.isOlder === true && unknown.length > 0)
      return problem(
        response,
        400,
        "InvalidRequest",
        `Unrecognized keys: ${unknown.map((one) => `"${one}"`).join(", ")}`,
      );
    const isGone = { is: false };
    response.on("close", () => (isGone.is = true));
    const answer = await this.work(body, isGone);
    if (!isGone.is) reply(response, answer);
  }

  private async work(request: Partial<WorkRequest>, isGone: { is: boolean }): Promise<WorkAnswer> {
    const {
      reports = [],
      beats = [],
      release = [],
      bury = [],
      max = 0,
      waitSeconds = 0,
      session = "",
      bye,
    } = request;
    const verdicts = reports.map((report) => this.take(report));
    for (const [receipt, stored] of this.leased) {
      if (stored.session !== request.takesOver || request.takesOver === undefined) continue;
      this.leased.delete(receipt);
      this.waiting.push(stored);
    }
    const beatVerdicts = beats.map((beat) => {
      const { receipt, progress } = beat;
      const refusal = this.beatRefusal(beat);
      if (refusal) return { ok: false as const, ...refusal };
      if (progress !== undefined) this.progress.push(progress);
      return this.beat(receipt);
    });
    for (const entry of release) this.giveBack(entry);
    for (const entry of bury) this.bury(entry);
    for (const receipt of request.delete ?? []) {
      this.deleted.push(receipt);
      this.leased.delete(receipt);
    }
    if (bye === true) for (const poll of this.polls) if (poll.session === session) poll.end();
    if (max > 0 || beats.length > 0 || this.isDraining)
      await this.hold(session, max, reports.length > 0 ? 0 : waitSeconds);
    const stop = [...this.leased].flatMap(([receipt, { code, session: holder }]) =>
      code !== undefined && holder === session ? [{ receipt, code }] : [],
    );
    // Whoever went away is given nothing.
    const messages = isGone.is || this.isDraining ? [] : this.deliver(session, max);
    for (const watcher of this.watchers) watcher();
    return { verdicts, beats: beatVerdicts, messages, stop, ...(this.isDraining && { drain: true }) };
  }

  private hold(session: string, max: number, waitSeconds: number): Promise<void> {
    const isReady = () =>
      (max > 0 && this.waiting.length > 0 && !this.isDraining) ||
      [...this.leased.values()].some((one) => one.session === session && one.code !== undefined);
    if (waitSeconds === 0 || isReady()) return Promise.resolve();
    return new Promise((resolve) => {
      const poll: Poll = {
        session,
        max,
        end: () => {
          clearTimeout(timer);
          this.polls.delete(poll);
          resolve();
        },
      };
      const timer = setTimeout(poll.end, waitSeconds * 1000);
      for (const other of this.polls) if (other.session === session) other.end();
      this.polls.add(poll);
    });
  }

  private deliver(session: string, max: number): MessageOnWire[] {
    return this.waiting.splice(0, max).map((stored) => {
      const { id, body, task } = stored;
      const receipt = `${id}-${++stored.deliveries}`;
      Object.assign(stored, { receipt, session });
      this.leased.set(receipt, stored);
      this.lease(stored, receipt, this.options.firstLeaseSeconds ?? FIRST_LEASE_SECONDS);
      this.heldMost = Math.max(this.heldMost, this.leased.size);
      const lease =
        this.options.isOlder === true
          ? {}
          : { leaseSeconds: this.options.firstLeaseSeconds ?? FIRST_LEASE_SECONDS };
      return { id, body, receipt, dequeueCount: stored.deliveries, ...lease, ...(task && { task }) };
    });
  }

  private take(report: ReportOnWire) {
    const refusal = this.verdictOf(report);
    if (refusal) return { ok: false as const, ...refusal };
    const state = this.tokens.get(report.token);
    if (state === undefined)
      return { ok: false as const, code: "InvalidToken", detail: "the token is not valid" };
    if (state === "told")
      return { ok: false as const, code: "TaskAlreadyCompleted", detail: "reported before" };
    this.tokens.set(report.token, "told");
    this.reports.push(report);
    if (report.receipt !== undefined) this.leased.delete(report.receipt);
    return { ok: true as const };
  }

  private beat(receipt: string) {
    this.extensions++;
    const stored = this.leased.get(receipt);
    const code = stored ? stored.code : "MessageNotExist";
    if (code !== undefined) return { ok: false as const, code, detail: "over" };
    const leaseSeconds = this.options.leaseSeconds ?? LEASE_SECONDS;
    if (stored) this.lease(stored, receipt, leaseSeconds);
    return { ok: true as const, leaseSeconds };
  }

  /** Another worker's turn when it is over. */
  private lease(stored: Stored, receipt: string, seconds: number): void {
    clearTimeout(stored.expiry);
    stored.expiry = setTimeout(() => {
      if (!this.leased.delete(receipt)) return;
      this.expired++;
      this.waiting.push(stored);
      this.wake();
    }, seconds * 1000).unref();
  }

  private giveBack(entry: { receipt: string; delaySeconds?: number }): void {
    this.released.push(entry);
    const stored = this.leased.get(entry.receipt);
    if (!stored) return;
    this.leased.delete(entry.receipt);
    if (entry.delaySeconds === undefined) this.waiting.push(stored);
  }

  private bury(entry: { receipt: string; reason: string }): void {
    this.buried.push(entry);
    this.leased.delete(entry.receipt);
  }
}

function reply(response: ServerResponse, answer: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  response
    .writeHead(status, { "content-type": "application/problem+json" })
    .end(JSON.stringify({ type: "about:blank", title: "", status, code, detail, requestId: "r" }));
}

/** What came of it; undefined when its caller went away before all of it was said. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch (error) {
    if (request.destroyed) return undefined;
    throw error;
  }
  return Buffer.concat(chunks).toString();
}

function misbehave(fault: Fault, response: ServerResponse): void {
  if (fault === "cut") response.destroy();
  else if (fault === "html")
    response.writeHead(200, { "content-type": "text/html" }).end("<html>proxy</html>");
  else if (fault === "short")
    response.writeHead(200, { "content-length": 1000 }).end('{"verdicts": [', () => response.destroy());
  else
    response.writeHead(fault.status, fault.headers).end(JSON.stringify({ code: fault.code, detail: "no" }));
}
