/**
 * Takes the tasks of one queue and does them. Two calls at the most are out: A waits for messages, and carries the beats
 * that are due when it goes; B carries what is finished, and whatever falls due while A is out.
 */
import type { Budget } from "./budget.ts";
import { Caller, type CallerOptions, Lane, type Refusal, type WorkService } from "./caller.ts";
import { Held } from "./held.ts";
import { HeldTasks } from "./held-tasks.ts";
import { EMPTY_ANSWERS, ENTRIES_PER_CALL, GATHER_MS, MESSAGES_PER_CALL, POLL_SECONDS_MAX } from "./limits.ts";
import type { LeaseGuard } from "./lease-guard.ts";
import { Link } from "./link.ts";
import type { Log } from "./log.ts";
import { Outbox, type Parcel, type Unsent } from "./outbox.ts";
import { type Totals, resultOf, tellResult } from "./results.ts";
import { type Doer, type StopReason, subjectOf } from "./task.ts";
import { type Listener, OVER, tellVerdicts } from "./verdicts.ts";
import type { ReportOnWire, WorkAnswer, WorkRequest } from "./wire.ts";

export interface QueueRunnerOptions extends CallerOptions {
  readonly slots: number;
  readonly batch: number;
  /** A sign of life goes to the step only when the task told its progress. */
  readonly beatOnProgress: boolean;
  /** A task is ended when no beat for it was accepted for a whole lease. */
  readonly strict: boolean;
  /** Ends when the queue gave nothing several times. */
  readonly untilEmpty: boolean;
}

export interface QueueRunnerDeps {
  readonly service: WorkService;
  readonly doer: Doer;
  readonly log: Log;
  readonly totals: Totals;
  readonly budget: Budget;
  onRefused(refusal: Refusal): void;
  /** Each change of what is unreported, and whether it could not be sent at the first try: a disk may keep it. */
  onUnsent(queue: string, unsent: readonly Unsent[], hasFailed: boolean): void;
  /** Keeps leases while this thread is busy. */
  readonly guard?: Pick<LeaseGuard, "watch" | "catchUp">;
}

const BEAT_AGAIN_MS = 1000;
const PAUSED_AGAIN_MS = 1000;

interface Sent {
  readonly beating: readonly Held[];
  readonly slots: number;
  readonly max: number;
  readonly sentAt: number;
  readonly parcel?: Parcel;
}

export class QueueRunner implements Listener {
  readonly options: QueueRunnerOptions;
  readonly outbox = new Outbox();
  readonly held = new HeldTasks();
  readonly ended: Promise<void>;
  private readonly deps: QueueRunnerDeps;
  private readonly link: Link;
  private readonly caller: Caller;
  private readonly a = new Lane();
  private readonly b = new Lane();
  private readonly polls = new Set<AbortController>();
  private running = 0;
  /** Messages that calls may still bring. */
  private asked = 0;
  private emptyAnswers = 0;
  private isPaused = false;
  private hasPast = false;
  private ending: "no" | "sayBye" | "saidBye" | "ended" = "no";
  private timer: NodeJS.Timeout | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private resolveEnded: () => void = () => {};

  constructor(options: QueueRunnerOptions, deps: QueueRunnerDeps) {
    this.options = options;
    this.deps = deps;
    const ends = {
      holds: () => [...this.held.all().map(({ receipt }) => receipt), ...this.outbox.receipts()],
      pushed: (answer: WorkAnswer) => this.pushed(answer),
    };
    this.link = new Link(options, deps.service, ends, options.untilEmpty || !deps.budget.isEndless);
    this.caller = new Caller(options, { ...deps, service: this.link });
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
  }

  /** What an earlier process could not tell goes first: its tasks are not to be taken once more. */
  addKept(report: ReportOnWire): void {
    this.hasPast = true;
    this.outbox.addReport(report, performance.now());
  }

  /** Takes nothing any more, gives back what was not begun, and ends when the rest is told. Harmless to repeat. */
  drain(): void {
    if (this.ending !== "no") return;
    this.ending = "sayBye";
    for (const held of this.held.waiting()) {
      this.outbox.release(held.receipt, 0);
      this.deps.log("info", "gaveBack", subjectOf(held.job));
      this.held.forget(held);
    }
    this.pump();
  }

  /** What runs is to end now. */
  stopAll(reason: StopReason): void {
    for (const held of this.held.all()) held.stop(reason);
  }

  /** Tries at once what rests after a failure. */
  hurry(): void {
    this.a.resumeAt = 0;
    this.b.resumeAt = 0;
    this.pump();
  }

  /** Nothing is waited for any more: what is not told stays untold. */
  abandon(): void {
    this.ending = "ended";
    for (const poll of this.polls) poll.abort();
    clearTimeout(this.timer);
    clearTimeout(this.gathering);
    for (const held of this.held.all()) held.settle();
    this.link.close();
    this.resolveEnded();
  }

  /** Does whatever can be done now. Called after each change; it never waits. */
  pump(): void {
    if (this.ending === "ended") return;
    this.expire();
    this.begin();
    if (this.hasNothingMoreToDo()) this.drain();
    if (this.isDone()) {
      this.abandon();
      return;
    }
    if (this.mustSendB()) void this.sendB();
    if (this.mustSendA()) void this.sendA();
    this.setTimer();
  }

  settled({ held, finishedAt }: Unsent, refusal?: { code: string; detail: string }): void {
    if (!held) return;
    if (refusal) {
      const ms = Math.round(performance.now() - finishedAt);
      this.deps.log("warn", "reportRefused", { ...subjectOf(held.job), ...refusal, ms });
    }
    this.held.forget(held);
  }

  dropped({ held }: Unsent, refusal: { code: string; detail: string }): void {
    const subject = held ? subjectOf(held.job) : { queue: this.options.queue };
    this.deps.log("error", "reportRefused", { ...subject, ...refusal });
    if (!held) return;
    this.outbox.release(held.receipt, 0);
    this.held.forget(held);
  }

  postponed(): void {
    this.b.resumeAt = performance.now() + this.b.backoff.failed({ kind: "unreachable", reason: "" });
  }

  private begin(): void {
    if (this.running >= this.options.slots) return;
    for (const held of this.held.waiting().slice(0, this.options.slots - this.running)) void this.run(held);
  }

  private async run(held: Held): Promise<void> {
    held.state = "running";
    this.running++;
    if (held.isUnconfirmed) setImmediate(() => this.pump());
    const mayBegin = await held.confirmed();
    this.deps.log("debug", "taken", subjectOf(held.job));
    const result = mayBegin ? await resultOf(this.deps.doer, held.job) : { kind: "silence" as const };
    this.running--;
    const isOver = held.overCode !== undefined;
    const mustBeTold = tellResult(this.outbox, held, isOver ? { kind: "silence" } : result, this.deps);
    if (mustBeTold) held.state = "unreported";
    else this.held.forget(held);
    this.deps.onUnsent(this.options.queue, this.outbox.unsent, false);
    this.gather();
  }

  /** What finishes within a moment goes together, while there is more to do anyway. */
  private gather(): void {
    this.begin();
    if (this.held.hasWaiting() && this.outbox.size < ENTRIES_PER_CALL) {
      this.gathering ??= setTimeout(() => this.endGathering(), GATHER_MS);
    } else setImmediate(() => this.endGathering());
  }

  private endGathering(): void {
    clearTimeout(this.gathering);
    this.gathering = undefined;
    this.pump();
  }

  private hasNothingMoreToDo(): boolean {
    const isIdle = this.running === 0 && !this.held.hasWaiting();
    if (this.ending !== "no" || !isIdle) return false;
    const isEmpty = this.options.untilEmpty && this.emptyAnswers >= EMPTY_ANSWERS && this.held.size === 0;
    return isEmpty || (this.deps.budget.isSpent && this.a.slots + this.b.slots === 0);
  }

  private isDone(): boolean {
    if (this.ending !== "saidBye" || this.held.size > 0 || this.outbox.size > 0 || this.b.isOut) return false;
    // A call that may still be answered with messages, unless its connection is gone.
    const mayBring = this.a.slots > 0 && this.link.endsPolls && !this.caller.isUnreachable;
    return !mayBring;
  }

  private freeSlots(parcel?: Parcel): number {
    if (this.ending !== "no" || this.isPaused || this.held.hasWaiting() || this.deps.budget.isSpent) return 0;
    // Finished tasks that cannot be told hold their leases, too.
    if (this.room(parcel) === 0) return 0;
    return this.options.slots - this.running - this.a.slots - this.b.slots;
  }

  private mustSendA(): boolean {
    const now = performance.now();
    if (now < this.a.resumeAt || this.hasPast) return false;
    const free = this.freeSlots();
    // A call with nothing but beats makes way for one that takes messages: the service answers it then.
    if (this.a.isOut) return free > 0 && this.a.slots === 0 && this.a.out < 2;
    return free > 0 || this.isPaused || this.held.due(now, true).length > 0;
  }

  private mustSendB(): boolean {
    const now = performance.now();
    if (this.b.isOut || this.gathering !== undefined || now < this.b.resumeAt) return false;
    if (this.outbox.size > 0 || this.ending === "sayBye") return true;
    const due = this.held.due(now, false);
    return due.length > 0 && (this.a.isOut || due.some(({ isUnconfirmed }) => isUnconfirmed));
  }

  private async sendA(): Promise<void> {
    const poll = new AbortController();
    this.polls.add(poll);
    const beating = this.held.due(performance.now(), true);
    const waitSeconds = this.waitSeconds(beating);
    await this.send(this.a, { waitSeconds }, { beating, slots: this.freeSlots() }, poll.signal);
    this.polls.delete(poll);
    this.pump();
  }

  private async sendB(): Promise<void> {
    const parcel = this.outbox.next();
    const isBye = this.ending === "sayBye";
    const { reports, request } = parcel;
    const slots = reports.length + request.delete.length > 0 ? this.freeSlots(parcel) : 0;
    const beating = this.held.due(performance.now(), false);
    const call = { ...request, waitSeconds: 0, ...(isBye && { bye: true as const }) };
    await this.send(this.b, call, { beating, slots, parcel });
    // Said, or not to be heard: a session that says nothing more is gone as well.
    if (isBye && this.ending === "sayBye") this.ending = "saidBye";
    if (isBye && !this.link.endsPolls) for (const poll of this.polls) poll.abort();
    this.pump();
  }

  /** Until the next beat is due: it goes with the next call then. */
  private waitSeconds(beating: readonly Held[]): number {
    const untilDue = Math.floor(this.held.untilDueMs(beating, performance.now()) / 1000);
    return Math.max(Math.min(untilDue, this.options.untilEmpty ? 1 : POLL_SECONDS_MAX), 1);
  }

  private async send(
    lane: Lane,
    call: Partial<WorkRequest>,
    { slots, beating, parcel }: Pick<Sent, "slots" | "beating" | "parcel">,
    signal?: AbortSignal,
  ): Promise<void> {
    const { budget } = this.deps;
    const max = budget.claim(Math.min(slots * this.options.batch, this.room(parcel), MESSAGES_PER_CALL));
    this.asked += max;
    lane.out++;
    lane.slots += slots;
    for (const held of beating) held.isBeating = true;
    const beats = beating.map((held) => held.beat(this.options.beatOnProgress, this.outbox.keepsLogs));
    const sentAt = performance.now();
    const request = { ...call, max, ...(beats.length > 0 && { beats }) };
    const outcome = await this.caller.call(lane, request, signal);
    lane.out--;
    lane.slots -= slots;
    this.asked -= max;
    for (const held of beating) held.isBeating = false;
    const isAnswer = outcome.kind === "answer";
    budget.giveBack(isAnswer ? max - outcome.answer.messages.length : max);
    const sent = { beating, slots, max, sentAt, ...(parcel && { parcel }) };
    if (isAnswer) this.absorb(outcome.answer, sent);
    else if (parcel) this.undelivered(parcel, outcome.kind === "refused" ? outcome : undefined);
  }

  /** Messages that may still be held, when what a parcel tells is told. */
  private room(parcel?: Parcel): number {
    const told = parcel?.reports.filter(({ held }) => held).length ?? 0;
    return Math.max(this.options.slots * this.options.batch - this.held.size - this.asked + told, 0);
  }

  private undelivered(parcel: Parcel, refusal?: Refusal): void {
    if (refusal?.status === 400 || refusal?.status === 413) {
      const verdict = { ok: false as const, code: "InvalidRequest", detail: refusal.detail };
      for (const culprit of this.outbox.refused(parcel))
        tellVerdicts(this.outbox, [culprit], [verdict], this);
    }
    this.deps.onUnsent(this.options.queue, this.outbox.unsent, true);
  }

  /** Over a socket things come without being asked for. */
  private pushed(answer: WorkAnswer): void {
    this.absorb(answer, { beating: [], slots: 0, max: 0, sentAt: performance.now() });
    this.pump();
  }

  private absorb(answer: WorkAnswer, sent: Sent): void {
    const { parcel } = sent;
    const { queue } = this.options;
    if (parcel) {
      this.outbox.delivered(parcel);
      tellVerdicts(this.outbox, parcel.reports, answer.verdicts, this);
      this.deps.onUnsent(queue, this.outbox.unsent, false);
    }
    this.hasPast = false;
    this.absorbBeats(answer, sent);
    for (const { receipt, code } of answer.stop ?? []) this.over(this.held.get(receipt), code);
    for (const { list, position, code, detail } of answer.refused ?? [])
      this.deps.log("warn", "warning", { queue, code, detail: `${list}[${position}]: ${detail}` });
    this.pause(answer.drain === true, sent.sentAt);
    this.take(answer, sent);
  }

  /** Somebody wants it to take no more: a call that waits tells when that is over. */
  private pause(isPaused: boolean, sentAt: number): void {
    if (isPaused !== this.isPaused) {
      const detail = isPaused ? "the service gives it no more tasks for now" : "it gets tasks again";
      this.deps.log("info", isPaused ? "draining" : "resumed", { queue: this.options.queue, detail });
    }
    this.isPaused = isPaused;
    // A service that does not let it wait is not asked all the time.
    if (isPaused) this.a.resumeAt = sentAt + PAUSED_AGAIN_MS;
  }

  private absorbBeats({ beats = [] }: WorkAnswer, { beating, sentAt }: Sent): void {
    for (const [position, held] of beating.entries()) {
      const verdict = beats[position];
      if (verdict?.ok === true) held.extended(verdict.leaseSeconds ?? this.options.leaseSeconds, sentAt);
      else if (verdict && OVER.has(verdict.code)) this.over(held, verdict.code);
      // It was not said whether: soon again, before the lease is over.
      else held.beatAt = performance.now() + (this.outbox.learnsNoLogs(verdict) ? 0 : BEAT_AGAIN_MS);
    }
  }

  private take({ messages }: WorkAnswer, { max }: Sent): void {
    const now = performance.now();
    for (const message of messages) {
      if (this.held.get(message.receipt)) continue;
      if (this.ending === "no")
        this.held.add(new Held(this.options.queue, message, this.options.leaseSeconds, now));
      else this.outbox.release(message.receipt, 0);
    }
    // Before any of them begins.
    if (messages.length > 0) this.deps.guard?.watch();
    if (max > 0) this.emptyAnswers = messages.length === 0 ? this.emptyAnswers + 1 : 0;
  }

  /** Somebody else has it, or nobody needs it any more: it ends, and nothing is reported. */
  private over(held: Held | undefined, code: string): void {
    if (!held || held.overCode !== undefined) return;
    held.overCode = code;
    held.stop("over");
    if (held.state === "running") return;
    for (const unsent of this.outbox.unsent) if (unsent.held === held) this.outbox.settle(unsent);
    tellResult(this.outbox, held, { kind: "silence" }, this.deps);
    this.held.forget(held);
  }

  /** A lease that was never extended is over: whoever has the message now shall do it, and what runs is told if so wished. */
  private expire(): void {
    const now = performance.now();
    if (this.held.expired(now).length > 0) this.deps.guard?.catchUp();
    for (const held of this.held.expired(now)) {
      if (held.state === "waiting" || (held.state === "running" && this.options.strict))
        this.over(held, "LeaseExpired");
    }
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    const now = performance.now();
    const rest = Math.max(this.b.resumeAt, this.a.isOut ? 0 : this.a.resumeAt);
    const beatAt = Math.max(this.held.nextBeatAt(), rest);
    const resumes = [this.a.resumeAt, this.b.resumeAt].filter((at) => at > now);
    const next = Math.min(beatAt, ...resumes);
    if (next !== Infinity) this.timer = setTimeout(() => this.pump(), Math.max(next - now, 1));
  }
}
