/** Calls of one queue's service: who calls, how long to leave a service alone, and what the log says of it. */
import { Backoff } from "./backoff.ts";
import type { Log } from "./log.ts";
import type { About, Outcome, WorkAnswer, WorkRequest } from "./wire.ts";

export interface WorkService {
  /** Whether a goodbye ends the calls that wait. */
  readonly endsPolls: boolean;
  work(queue: string, request: Partial<WorkRequest>, signal?: AbortSignal): Promise<Outcome<WorkAnswer>>;
  /** A socket at a path; undefined where there is none to be had. */
  socket?(path: string): WebSocket | undefined;
}

export type Refusal = Extract<Outcome<unknown>, { kind: "refused" }>;
type Failure = Exclude<Outcome<unknown>, { kind: "answer" }>;

export interface CallerOptions {
  readonly queue: string;
  readonly leaseSeconds: number;
  readonly worker: string;
  readonly session: string;
  readonly about: About;
  /** The session of a dead process, whose tasks come back at once then. */
  readonly takesOver: string | undefined;
}

interface CallerDeps {
  readonly service: Omit<WorkService, "socket">;
  readonly log: Log;
  /** The very first call was refused: there is nothing to wait for. */
  onRefused(refusal: Refusal): void;
}

/** One of the two connections. */
export class Lane {
  readonly backoff = new Backoff();
  out = 0;
  /** Slots that nobody else may fill until the calls are answered. */
  slots = 0;
  resumeAt = 0;

  get isOut(): boolean {
    return this.out > 0;
  }
}

const REFUSED_AT_START: ReadonlySet<number> = new Set([401, 403, 404]);

export class Caller {
  private readonly options: CallerOptions;
  private readonly deps: CallerDeps;
  private wasAnswered = false;
  private mustIntroduce = true;
  isUnreachable = false;

  constructor(options: CallerOptions, deps: CallerDeps) {
    this.options = options;
    this.deps = deps;
  }

  /** After a failure the lane rests for a while. */
  async call(lane: Lane, request: Partial<WorkRequest>, signal?: AbortSignal): Promise<Outcome<WorkAnswer>> {
    const { queue, leaseSeconds, worker, session, about, takesOver } = this.options;
    const isFirst = this.mustIntroduce;
    this.mustIntroduce = false;
    const introduction = isFirst ? { about, ...(takesOver !== undefined && { takesOver }) } : {};
    const whole = { ...request, leaseSeconds, worker, session, ...introduction };
    const outcome = await this.deps.service.work(queue, whole, signal);
    if (outcome.kind === "answer") this.succeeded(lane, outcome.answer);
    else {
      this.mustIntroduce ||= isFirst;
      if (signal?.aborted !== true) this.failed(lane, outcome);
    }
    return outcome;
  }

  private succeeded(lane: Lane, { notices = [] }: WorkAnswer): void {
    const { log } = this.deps;
    const { queue } = this.options;
    this.wasAnswered = true;
    lane.backoff.succeeded();
    lane.resumeAt = 0;
    if (this.isUnreachable) log("info", "reachable", { queue });
    this.isUnreachable = false;
    if (notices.includes("TellAbout")) this.mustIntroduce = true;
    if (notices.includes("NameShared"))
      log("warn", "nameShared", { queue, detail: "another runner works under this name" });
  }

  private failed(lane: Lane, failure: Failure): void {
    lane.resumeAt = performance.now() + lane.backoff.failed(failure);
    if (failure.kind === "refused" && !this.wasAnswered && REFUSED_AT_START.has(failure.status)) {
      this.deps.onRefused(failure);
      return;
    }
    if (this.isUnreachable) return;
    this.isUnreachable = true;
    const why =
      failure.kind === "refused"
        ? { code: failure.code, detail: failure.detail }
        : { detail: failure.reason };
    this.deps.log("warn", "unreachable", { queue: this.options.queue, ...why });
  }
}
