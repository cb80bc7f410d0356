import { isByAccess } from "../src/auth/roles.ts";
import { DIRECTORY_OBJECT_NAME } from "../src/core/names.ts";
import type { ExecutionMachine } from "../src/core/engine/execution-machine.ts";
import type { ExecutionHead, ExecutionSnapshot, LiveMessage } from "../src/core/execution-views.ts";
import { HEAD_VALUE_SIZE } from "../src/core/limits.ts";
import {
  LIVE_EVERY_MS,
  PROGRESS_FACTS_AT_ONCE,
  WATCHERS_MAX,
  WATCHER_CHECKED_MS,
} from "../src/core/view-limits.ts";
import type { ExecutionPause } from "../src/core/pause.ts";
import { messageOf } from "../src/core/result.ts";
import { toRfc3339 } from "../src/core/time.ts";
import { NO_USAGE } from "../src/core/usage.ts";
import type { Env } from "../src/env.ts";
import { log } from "../src/log.ts";
import { readHead } from "../src/queries/execution-head.ts";
import { deltaOf, snapshotOf } from "../src/queries/progress/live-view.ts";
import { flowsOf } from "../src/queries/progress/flows.ts";
import { Progress } from "../src/queries/progress/progress.ts";
import { abridgeHead } from "../src/queries/references.ts";

/** Of whom a socket is; it outlives the memory of its object. */
export interface Watcher {
  readonly accessKeyId: string;
  /** End of the session (epoch ms); absent of a key that was sent itself. */
  readonly until?: number;
}

interface Attached extends Watcher {
  readonly openedAt: number;
}

/** Codes that a socket is closed with, besides 1000: the execution has ended. */
const SESSION_OVER = 4401;
const TOO_MANY = 4408;

/** Those who look at an execution. Nothing is kept or done for them as long as nobody does. */
export class Watchers {
  private readonly context: DurableObjectState;
  private readonly env: Env;
  private progress: Progress | undefined;
  /** What all sockets were told up to; undefined after an eviction, when that is not known. */
  private told: number | undefined;
  /** Undefined: to be looked up. */
  private isWatched: boolean | undefined;
  private isDue = false;
  /** Tellings go one after the other. */
  private telling: Promise<void> = Promise.resolve();
  /** When keys were last known to hold, by their ids. */
  private readonly checked = new Map<string, number>();

  constructor(context: DurableObjectState, env: Env) {
    this.context = context;
    this.env = env;
  }

  async snapshot(machine: ExecutionMachine, head: ExecutionHead): Promise<ExecutionSnapshot | undefined> {
    const progress = await this.follow(machine);
    return progress && snapshotOf(progress, head);
  }

  /** What became of the execution, up to now; undefined when there is none. */
  async follow(machine: ExecutionMachine): Promise<Progress | undefined> {
    const { execution } = machine;
    if (!execution) return undefined;
    const progress = (this.progress ??= new Progress(flowsOf(machine)));
    while (progress.takeIn(machine.store, PROGRESS_FACTS_AT_ONCE)) await scheduler.wait(0);
    return progress;
  }

  /** The execution is kept no longer. */
  forget(): void {
    this.progress = undefined;
  }

  /** Lets somebody watch who knows what was true at a fact. */
  async accept(machine: ExecutionMachine, watcher: Watcher, since: number): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.context.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.context.acceptWebSocket(server);
    const attached: Attached = { ...watcher, openedAt: Date.now() };
    server.serializeAttachment(attached);
    this.checked.set(watcher.accessKeyId, attached.openedAt);
    this.isWatched = true;
    this.makeRoom();
    const progress = await this.follow(machine);
    const head = headOf(machine);
    this.told ??= progress?.seq ?? 0;
    this.send([server], progress && head ? deltaOf(progress, head, since) : { type: "resync" });
    if (head?.endedAt !== undefined) close(server, 1000, "the execution has ended");
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A socket was closed. */
  left(): void {
    this.isWatched = undefined;
  }

  /** Something was committed: those who watch are told soon, of several commits together. */
  committed(machine: ExecutionMachine): void {
    this.isWatched ??= this.context.getWebSockets().length > 0;
    if (!this.isWatched || this.isDue) return;
    this.isDue = true;
    setTimeout(() => {
      this.isDue = false;
      this.telling = this.telling.then(() => this.tell(machine)).catch(failed);
    }, LIVE_EVERY_MS);
  }

  private async tell(machine: ExecutionMachine): Promise<void> {
    const sockets = await this.allowed();
    this.isWatched = sockets.length > 0;
    const progress = this.isWatched ? await this.follow(machine) : undefined;
    const head = headOf(machine);
    if (!progress || !head) return;
    const { told } = this;
    this.told = progress.seq;
    if (told !== progress.seq)
      this.send(sockets, told === undefined ? { type: "resync" } : deltaOf(progress, head, told));
    if (head.endedAt === undefined) return;
    for (const socket of sockets) close(socket, 1000, "the execution has ended");
    this.isWatched = undefined;
  }

  private send(sockets: readonly WebSocket[], message: LiveMessage): void {
    const text = JSON.stringify(toShown(message));
    for (const socket of sockets) {
      try {
        socket.send(text);
      } catch {
        // It is closed, which nobody told us yet.
        this.isWatched = undefined;
      }
    }
  }

  private makeRoom(): void {
    const sockets = this.context.getWebSockets();
    const oldestFirst = sockets.toSorted((a, b) => attachedTo(a).openedAt - attachedTo(b).openedAt);
    for (const socket of oldestFirst.slice(0, -WATCHERS_MAX))
      close(socket, TOO_MANY, `more than ${WATCHERS_MAX} watch`);
  }

  /** Sockets of keys and sessions that hold; the others are closed. */
  private async allowed(): Promise<readonly WebSocket[]> {
    const now = Date.now();
    const sockets = this.context.getWebSockets();
    const ids = new Set(sockets.map((socket) => attachedTo(socket).accessKeyId));
    const held = await Promise.all(Array.from(ids, async (id) => [id, await this.holds(id, now)] as const));
    const good = new Map(held);
    return sockets.filter((socket) => {
      const { accessKeyId, until = Number.POSITIVE_INFINITY } = attachedTo(socket);
      if (good.get(accessKeyId) && now < until) return true;
      close(socket, SESSION_OVER, "the session is over");
      return false;
    });
  }

  private async holds(id: string, now: number): Promise<boolean> {
    // Without a key only the time tells, and a change of roles comes with a deployment, which ends all sockets.
    if (isByAccess(id)) return true;
    if (now - (this.checked.get(id) ?? 0) < WATCHER_CHECKED_MS) return true;
    const key = await this.env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME).key(id);
    const isGood = key !== undefined && !key.disabled;
    if (isGood) this.checked.set(id, now);
    return isGood;
  }
}

function headOf({ execution }: ExecutionMachine): ExecutionHead | undefined {
  return execution && abridgeHead(readHead(execution, NO_USAGE, Date.now()), HEAD_VALUE_SIZE);
}

function attachedTo(socket: WebSocket): Attached {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `accept` attached it
  return socket.deserializeAttachment() as Attached;
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It is closed already.
  }
}

/** Times of heads are told as the API tells them. */
function toShown(message: LiveMessage): object {
  if (message.type !== "delta") return message;
  const { endedAt, redrivenAt, paused, ...head } = message.head;
  const times = {
    ...(endedAt !== undefined && { endedAt: toRfc3339(endedAt) }),
    ...(redrivenAt !== undefined && { redrivenAt: toRfc3339(redrivenAt) }),
    ...(paused && { paused: shownPause(paused) }),
  };
  return { ...message, head: { ...head, ...times } };
}

function shownPause({ at, until, ...pause }: ExecutionPause): object {
  return { ...pause, at: toRfc3339(at), ...(until !== undefined && { until: toRfc3339(until) }) };
}

/** Whoever watches asks for a snapshot when he is told nothing. */
function failed(error: unknown): void {
  log({ event: "watchersNotTold", message: messageOf(error) });
}
