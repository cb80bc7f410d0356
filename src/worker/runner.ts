/** A runner: the tasks of some queues, done side by side, until it is told to end. */
import { arch, hostname, platform, release } from "node:os";
import { Budget } from "./budget.ts";
import type { Refusal, WorkService } from "./caller.ts";
import { LAST_TRY_MS } from "./limits.ts";
import type { Extension, LeaseGuard } from "./lease-guard.ts";
import type { Log } from "./log.ts";
import type { Unsent } from "./outbox.ts";
import { QueueRunner, type QueueRunnerOptions } from "./queue-runner.ts";
import type { Totals } from "./results.ts";
import { type Doer, subjectOf } from "./task.ts";
import type { ReportOnWire } from "./wire.ts";

export interface RunnerOptions extends Omit<QueueRunnerOptions, "queue" | "slots" | "about" | "untilEmpty"> {
  readonly queues: readonly { readonly queue: string; readonly slots: number }[];
  readonly version: string;
  /** Ends after so many tasks. */
  readonly tasksMax: number | undefined;
  /** Each slot does one task; ends after this many seconds if none came. */
  readonly onceWaitSeconds: number | undefined;
  readonly untilEmpty: boolean;
  /** How long running tasks may take after `drain`; without one until they are done. */
  readonly graceSeconds: number | undefined;
}

export interface RunnerDeps {
  readonly service: WorkService;
  readonly doer: Doer;
  readonly log: Log;
  onUnsent?(queue: string, unsent: readonly Unsent[], hasFailed: boolean): void;
  /** For handlers that may keep this thread to themselves. */
  readonly guard?: LeaseGuard;
}

export interface Ended extends Totals {
  /** Why nothing could be begun. */
  readonly refusal: Refusal | undefined;
  /** Tasks were cut short. */
  readonly isForced: boolean;
}

export class Runner {
  private readonly options: RunnerOptions;
  private readonly deps: RunnerDeps;
  private readonly totals: Totals = { done: 0, failed: 0, stopped: 0 };
  private readonly queues: readonly QueueRunner[];
  private readonly timers: NodeJS.Timeout[] = [];
  private refusal: Refusal | undefined;
  private isDraining = false;
  private isForced = false;

  constructor(options: RunnerOptions, deps: RunnerDeps) {
    this.options = options;
    this.deps = deps;
    const slots = options.queues.reduce((sum, one) => sum + one.slots, 0);
    const about = {
      version: options.version,
      host: hostname(),
      os: `${platform()} ${release()} ${arch()}`,
      pid: process.pid,
      slots,
      startedAt: new Date().toISOString(),
    };
    const shared = new Budget(options.tasksMax ?? Infinity);
    this.queues = options.queues.map(
      ({ queue, slots: own }) =>
        new QueueRunner(
          { ...options, queue, slots: own, about },
          {
            ...deps,
            totals: this.totals,
            budget: options.onceWaitSeconds === undefined ? shared : new Budget(own),
            onRefused: (refusal) => this.refused(refusal),
            onUnsent: (name, unsent, hasFailed) => deps.onUnsent?.(name, unsent, hasFailed),
          },
        ),
    );
  }

  /** Works until it was told to end, or has done what it was to do. `kept` is what an earlier process could not report. */
  async run(kept: readonly { readonly queue: string; readonly report: ReportOnWire }[] = []): Promise<Ended> {
    const { log } = this.deps;
    const names = this.options.queues.map(({ queue, slots }) => `${queue}=${slots}`).join(" ");
    log("info", "started", { detail: `${this.options.worker} takes tasks of ${names}` });
    for (const { queue, report } of kept) {
      const own = this.queues.find(({ options }) => options.queue === queue) ?? this.queues[0];
      own?.addKept(report);
    }
    this.deps.guard?.guard(
      () => this.queues.flatMap(({ held, options }) => held.leases(options.queue, performance.now())),
      (extension) => this.extended(extension),
    );
    for (const queue of this.queues) queue.pump();
    const { onceWaitSeconds } = this.options;
    if (onceWaitSeconds !== undefined)
      this.after(onceWaitSeconds * 1000, () => {
        for (const queue of this.queues) queue.drain();
      });
    await Promise.all(this.queues.map(({ ended }) => ended));
    for (const timer of this.timers) clearTimeout(timer);
    const { done, failed, stopped } = this.totals;
    log("info", "ended", { detail: `${done} done, ${failed} failed, ${stopped} stopped` });
    return { ...this.totals, refusal: this.refusal, isForced: this.isForced };
  }

  /** Takes nothing any more; what runs may end in its own time, or within the grace. */
  drain(): void {
    if (this.isDraining) return;
    this.isDraining = true;
    const { graceSeconds } = this.options;
    this.deps.log("info", "draining", { detail: `${this.heldCount()} tasks are held` });
    for (const queue of this.queues) queue.drain();
    if (graceSeconds !== undefined) this.after(graceSeconds * 1000, () => this.force());
  }

  /** What runs is ended now. What cannot be told soon stays untold. */
  force(): void {
    if (this.isForced) return;
    this.drain();
    this.isForced = true;
    for (const queue of this.queues) {
      queue.stopAll("shutdown");
      queue.hurry();
    }
    this.lastTry();
  }

  /** Counted from the end of the last task. */
  private lastTry(): void {
    this.after(LAST_TRY_MS, () => {
      const isBusy = this.queues.some(({ held }) => held.all().some(({ state }) => state === "running"));
      if (isBusy) this.lastTry();
      else for (const queue of this.queues) queue.abandon();
    });
  }

  private extended({ queue, receipt, leaseSeconds, sentAt }: Extension): void {
    const held = this.queues.find(({ options }) => options.queue === queue)?.held.get(receipt);
    held?.renew(leaseSeconds, performance.now() - Math.max(Date.now() - sentAt, 0));
  }

  /** Prints what is held. */
  tellState(): void {
    const now = performance.now();
    for (const queue of this.queues) {
      for (const { job, takenAt, leaseUntil, state } of queue.held.all()) {
        const left = ((leaseUntil - now) / 1000).toFixed(1);
        this.deps.log("info", "state", {
          ...subjectOf(job),
          ms: Math.round(now - takenAt),
          detail: `${state}, ${left}s of the lease left`,
        });
      }
      this.deps.log("info", "state", {
        queue: queue.options.queue,
        detail: `${queue.held.size} held, ${queue.outbox.unsent.length} unreported`,
      });
    }
  }

  private heldCount(): number {
    return this.queues.reduce((sum, { held }) => sum + held.size, 0);
  }

  private refused(refusal: Refusal): void {
    this.refusal ??= refusal;
    for (const queue of this.queues) {
      queue.stopAll("shutdown");
      queue.abandon();
    }
  }

  private after(ms: number, what: () => void): void {
    this.timers.push(setTimeout(what, ms));
  }
}
