/** A message that this runner holds: its lease, and the signs of life that keep it. Times are the monotonic clock's. */
import { BEATS_PER_HEARTBEAT, BEATS_PER_LEASE } from "./limits.ts";
import { type Job, type StopReason, newJob, stopReason } from "./task.ts";
import type { BeatOnWire, MessageOnWire } from "./wire.ts";

/** The longest a timer can be set for. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export class Held {
  readonly job: Job;
  readonly receipt: string;
  readonly takenAt: number;
  state: "waiting" | "running" | "unreported" = "waiting";
  leaseUntil: number;
  /** When the next sign of life is due. */
  beatAt: number;
  /** A call with a beat for it is out. */
  isBeating = false;
  /** Set once the service said that the task is over, or that somebody else has it. */
  overCode: string | undefined;
  private readonly control = new AbortController();
  private readonly confirmations: ((isAccepted: boolean) => void)[] = [];
  private isConfirmed: boolean;
  private leaseMs: number;
  private progress: unknown;
  private log: string | undefined;
  private attemptTimer: NodeJS.Timeout | undefined;

  /** `leaseSeconds` is what was asked for; the service may say another for this delivery. */
  constructor(queue: string, message: MessageOnWire, leaseSeconds: number, now: number) {
    this.job = newJob(queue, message, this.control.signal);
    this.receipt = message.receipt;
    this.takenAt = now;
    this.leaseMs = (message.leaseSeconds ?? leaseSeconds) * 1000;
    this.leaseUntil = now + this.leaseMs;
    this.beatAt = now + this.pauseMs();
    this.isConfirmed = this.job.task?.confirm !== true;
    // Measured from the delivery: clocks are never compared.
    const remainingMs = (this.job.task?.remainingSeconds ?? Infinity) * 1000;
    if (remainingMs <= TIMER_MS_MAX)
      this.attemptTimer = setTimeout(() => this.stop("attemptOver"), remainingMs);
  }

  get stopped(): StopReason | undefined {
    return stopReason(this.control.signal);
  }

  /** It is about to begin, and must not before a beat was accepted. */
  get isUnconfirmed(): boolean {
    return this.state === "running" && !this.isConfirmed && this.stopped === undefined;
  }

  stop(reason: StopReason): void {
    if (this.stopped !== undefined) return;
    this.control.abort(reason);
    this.settleConfirmations(false);
  }

  /** Nothing is owed any more. */
  settle(): void {
    clearTimeout(this.attemptTimer);
  }

  /** False when the task must not begin. At once unless the step wants to be begun at most once. */
  confirmed(): Promise<boolean> {
    if (this.stopped !== undefined) return Promise.resolve(false);
    if (this.isConfirmed) return Promise.resolve(true);
    return new Promise((resolve) => this.confirmations.push(resolve));
  }

  /** What is sent for it; the newest progress and log go along until a beat with them was accepted. */
  beat(isOnlyOnProgress: boolean, takesLogs: boolean): BeatOnWire {
    this.progress = this.job.progress() ?? this.progress;
    this.log = this.job.log() ?? this.log;
    const isSilent = isOnlyOnProgress && this.progress === undefined;
    return {
      receipt: this.receipt,
      ...(this.progress !== undefined && { progress: this.progress }),
      ...(takesLogs && this.log !== undefined && { log: this.log }),
      ...(isSilent && { alive: false as const }),
    };
  }

  /** A beat that was sent at an instant was accepted. */
  extended(leaseSeconds: number, sentAt: number): void {
    this.renew(leaseSeconds, sentAt);
    this.progress = undefined;
    this.log = undefined;
    this.isConfirmed = true;
    this.settleConfirmations(true);
  }

  /** Begun at last, or free to begin: a beat of another thread must not pass for the one that is waited for. */
  get mayBeatElsewhere(): boolean {
    return this.isConfirmed;
  }

  /** Its lease alone was extended. */
  renew(leaseSeconds: number, sentAt: number): void {
    this.leaseMs = leaseSeconds * 1000;
    this.leaseUntil = sentAt + this.leaseMs;
    this.beatAt = sentAt + this.pauseMs();
  }

  isDueSoon(now: number): boolean {
    return this.beatAt - now < this.pauseMs() / 2;
  }

  /** Between signs of life, by the lease that was granted last. */
  pauseMs(): number {
    const { heartbeatSeconds } = this.job.task ?? {};
    const ofLease = this.leaseMs / BEATS_PER_LEASE;
    return heartbeatSeconds === undefined
      ? ofLease
      : Math.min(ofLease, (heartbeatSeconds * 1000) / BEATS_PER_HEARTBEAT);
  }

  private settleConfirmations(isAccepted: boolean): void {
    for (const resolve of this.confirmations.splice(0)) resolve(isAccepted);
  }
}
