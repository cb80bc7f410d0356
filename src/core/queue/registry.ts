import { WORKERS_MAX, WORKER_LIVE_MS } from "../limits.ts";
import type { Notice, SessionCall, WorkerAbout } from "./command.ts";

/** What a queue knows of one process of a runner. */
export interface WorkerSession {
  readonly id: string;
  readonly worker?: string;
  /** Name of the access key that it calls with. */
  readonly key: string;
  readonly since: number;
  lastSeenAt: number;
  about?: WorkerAbout;
  /** It said that it takes no more messages, or another took its place. */
  gone: boolean;
}

/** Those who work at a queue: a by-product of their calls. */
export class Registry {
  /** By id, those that called last at the end. */
  private readonly sessions = new Map<string, WorkerSession>();

  /** Notes a call; gives what the caller is to be told. */
  note({ id, worker, key, about, bye = false, takesOver }: SessionCall, now: number): Notice[] {
    const known = this.sessions.get(id);
    const session = known ?? { id, ...(worker !== undefined && { worker }), key, since: now, gone: false };
    this.sessions.delete(id);
    const current: WorkerSession = { ...session, ...(about && { about }), lastSeenAt: now, gone: bye };
    this.sessions.set(id, current);
    const old = takesOver === undefined ? undefined : this.sessions.get(takesOver);
    if (old && old.key === key && old.worker === worker) old.gone = true;
    this.forgetOldest();
    return this.noticesFor(current, now);
  }

  lastSeenAt(worker: string): number | undefined {
    const own = Array.from(this.sessions.values()).filter((session) => session.worker === worker);
    return own.length === 0 ? undefined : Math.max(...own.map(({ lastSeenAt }) => lastSeenAt));
  }

  private noticesFor(own: WorkerSession, now: number): Notice[] {
    const isShared = Array.from(this.sessions.values()).some((other) => sharesName(own, other, now));
    return [...(isShared ? ["NameShared" as const] : []), ...(own.about ? [] : ["TellAbout" as const])];
  }

  private forgetOldest(): void {
    const [oldest] = this.sessions.keys();
    if (oldest !== undefined && this.sessions.size > WORKERS_MAX) this.sessions.delete(oldest);
  }
}

/** A process that was there before counts only once it gives a sign of life beside the other: else it may be its forerunner. */
function sharesName(own: WorkerSession, other: WorkerSession, now: number): boolean {
  if (own.id === other.id || other.gone || own.worker === undefined || own.worker !== other.worker)
    return false;
  return other.lastSeenAt > own.since && now - other.lastSeenAt < WORKER_LIVE_MS;
}
