import {
  ALARM_OVERDUE_MS,
  ALARM_SAFETY_MS,
  EFFECT_RETRY_LAST_MS,
  OVERDUE_AFTER_MS,
  TURNS_PER_WAKE,
} from "../limits.ts";
import { MINDED_ALARM_MS } from "../newcomer-limits.ts";
import type { AnyEffect, Bound, EffectCommand, Machine, RetryEffects } from "../machine.ts";
import { unreadableIn } from "../unreadable.ts";
import { messageOf } from "../result.ts";
import { type EffectGroup, Outbox } from "./outbox.ts";
import type { HostPorts, Performed } from "./ports.ts";

const NOT_DONE = "it was not done in time";

interface Waiting<Command, Outcome, Effect extends AnyEffect> {
  readonly command: Command | EffectCommand<Effect>;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The way of every change to an object: commands that wait together are handled one after the other and committed once;
 * then their callers are answered, the alarm is set and effects are done. Nothing waits between load and commit.
 */
export class Host<Command, Outcome, Effect extends AnyEffect> {
  private readonly machine: Machine<Command, Outcome, Effect>;
  private readonly ports: HostPorts<Command, Effect>;
  private readonly outbox = new Outbox<Effect>();
  private readonly onCommit: () => void;
  private waiting: Waiting<Command, Outcome, Effect>[] = [];
  private flushing = false;
  private pumping: Promise<void> | undefined;
  /** Wakes in a row that met an internal error or came to no end: the next one comes later and later. */
  private failedWakes = 0;
  /** Ids of effects that are overdue, and were told. */
  private readonly overdue = new Set<string>();
  /** Until then somebody else sees that what is being done is done, should this object be lost. */
  private mindedUntil = 0;
  /** When the alarm rings, as far as this memory knows. */
  private alarmAt: number | undefined;

  constructor(
    machine: Machine<Command, Outcome, Effect>,
    ports: HostPorts<Command, Effect>,
    onCommit: () => void = () => {},
  ) {
    this.machine = machine;
    this.ports = ports;
    this.onCommit = onCommit;
  }

  /** Resolves with the outcome once it is committed; rejects only for internal errors. */
  submit(command: Command | EffectCommand<Effect>): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.waiting.push({ command, resolve, reject });
    if (!this.flushing) {
      this.flushing = true;
      this.ports.background(this.flush());
    }
    return promise;
  }

  /** The alarm rang: settles what is due, does effects that are due, and sees to the next alarm. Never throws. */
  async wake(): Promise<void> {
    this.alarmAt = undefined;
    try {
      this.takeNewEffects();
      await this.pump();
      // Not waited for: a call can take minutes, and no second alarm rings before this one is over.
      this.performDue();
      if (!this.isTimerDue()) this.failedWakes = 0;
    } catch (error) {
      this.failedWakes++;
      this.ports.log({ event: "wakeFailed", message: messageOf(error) });
    }
    this.arm();
  }

  /**
   * For those who only read: an object whose alarm was lost is woken by whoever looks at it. As long as an alarm is
   * ahead, or only a little late, what is due is left to it.
   */
  heal(): void {
    const now = this.ports.now();
    const { dueAt } = this;
    if (dueAt === undefined || dueAt > now - ALARM_OVERDUE_MS) return;
    if (this.alarmAt === undefined || this.alarmAt <= now - ALARM_OVERDUE_MS)
      this.ports.background(this.wake());
  }

  /** When something is due next, even if in the past. */
  get dueAt(): number | undefined {
    this.takeNewEffects();
    return this.nextAt(this.ports.now());
  }

  /** As `dueAt`, without what each memory does once anew, of which nobody knows since when: no alarm was set for that. */
  get owedAt(): number | undefined {
    this.takeNewEffects();
    return earlier(this.machine.nextTimerAt(), this.outbox.owedAt(this.ports.now()));
  }

  /** Of an object that has no alarm: since when something is owed, if that is long enough for it to have been lost. */
  get lostSince(): number | undefined {
    const { owedAt } = this;
    const isLost = owedAt !== undefined && owedAt <= this.ports.now() - ALARM_OVERDUE_MS;
    return isLost && !this.pumping ? owedAt : undefined;
  }

  /**
   * What waits for another try is tried now, and what is parked is asked for anew. Gives how many effects that are, and what
   * the command came to.
   */
  async retryEffects(
    command: Command | RetryEffects,
    isMeant: (effect: Effect) => boolean,
  ): Promise<{ readonly count: number; readonly outcome: Outcome }> {
    this.takeNewEffects();
    const count = this.outbox.hurry(this.ports.now(), isMeant);
    const outcome = await this.submit(command);
    return { count, outcome };
  }

  /**
   * `isMinded`: whoever calls will see after a while whether the object lives, and call again. So what is being done needs
   * no alarm until then, nor does what is due much later. This memory alone knows it: another one sets its alarms.
   */
  minded(isMinded: boolean): void {
    this.mindedUntil = isMinded ? this.ports.now() + ALARM_SAFETY_MS : 0;
    if (isMinded) return;
    this.takeNewEffects();
    this.arm();
  }

  /** The object was emptied, and its alarm with it. */
  forget(): void {
    this.outbox.clear();
    this.overdue.clear();
    this.alarmAt = undefined;
  }

  private async flush(): Promise<void> {
    await this.ports.collectBatch();
    this.flushing = false;
    const batch = this.waiting;
    this.waiting = [];
    for (const answer of this.commit(batch)) answer();
    this.ports.background(this.pump());
    this.performDue();
  }

  /** Commits a batch; gives what answers its callers. */
  private commit(batch: readonly Waiting<Command, Outcome, Effect>[]): (() => void)[] {
    try {
      const answers = this.transact(batch);
      this.committed();
      return answers;
    } catch (error) {
      this.machine.discardMemory();
      this.outbox.clear();
      if (this.machine.learnFrom?.(error)) {
        this.logDefect(error);
        return this.commit(batch);
      }
      const [first, ...others] = batch;
      if (first && others.length === 0) return [this.defect(first, error)];
      // One of them has met an internal error: alone, only that one fails.
      return batch.flatMap((one) => this.commit([one]));
    }
  }

  private transact(batch: readonly Waiting<Command, Outcome, Effect>[]): (() => void)[] {
    const { machine, ports } = this;
    const now = ports.now();
    return ports.transaction(() => {
      const handled = batch.map(({ command, resolve }) => {
        const outcome = machine.handle(command, now);
        return () => resolve(outcome);
      });
      machine.beforeSave?.(now);
      machine.save(now);
      return handled;
    });
  }

  /** What follows a commit. If it fails, the commit holds all the same: it must not be run again. */
  private committed(): void {
    try {
      this.takeNewEffects();
      this.arm();
      this.onCommit();
      for (const parking of this.machine.takeParked?.() ?? [])
        this.ports.log({ event: "parked", ...parking });
    } catch (error) {
      this.logDefect(error);
    }
  }

  private takeNewEffects(): void {
    const { effects } = this.machine;
    this.outbox.add(effects.takeNew(), (effect) => effects.parkedOf(effect)?.retryAt ?? effect.since);
  }

  private defect({ reject }: Waiting<Command, Outcome, Effect>, error: unknown): () => void {
    this.logDefect(error);
    return () => reject(error);
  }

  private logDefect(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    if (unreadableIn(error) === undefined) this.ports.log({ event: "defect", message, stack });
    else this.ports.log({ event: "unreadable", message });
  }

  /** Goes on while something is due or was cut into turns; other commands get in between. */
  private pump(): Promise<void> {
    if (!this.pumping && this.isTimerDue()) this.pumping = this.pumpUntilIdle();
    return this.pumping ?? Promise.resolve();
  }

  /** What is due after so many turns goes on with the next alarm: nothing keeps an object at work for ever. */
  private async pumpUntilIdle(): Promise<void> {
    try {
      for (let turns = 0; this.isTimerDue(); turns++) {
        if (turns >= TURNS_PER_WAKE) {
          this.failedWakes++;
          this.ports.log({ event: "wakeCutShort", turns });
          break;
        }
        await this.submit(this.machine.wakeCommand());
      }
    } finally {
      this.pumping = undefined;
    }
  }

  private isTimerDue(): boolean {
    const at = this.machine.nextTimerAt();
    return at !== undefined && at <= this.ports.now();
  }

  private performDue(): void {
    for (const group of this.takeDue()) this.ports.background(this.perform(group));
  }

  private takeDue(): EffectGroup<Effect>[] {
    const { machine, ports } = this;
    return this.outbox.takeDue(
      ports.now(),
      (effect) => ports.groupsAtOnce(effect),
      (effect) => machine.effects.isPending(effect),
      (effect) => ports.groupKey(effect),
    );
  }

  private async perform(group: EffectGroup<Effect>): Promise<void> {
    const { effects, tries } = group;
    try {
      await this.answer(group, await this.ports.perform(effects, tries));
    } catch (error) {
      const message = messageOf(error);
      const [first] = effects;
      this.ports.log({ event: "effectFailed", kind: first?.kind, effects: effects.length, tries, message });
      await Promise.all(effects.map((effect) => this.repeatOrEnd(effect, tries, message)));
    } finally {
      this.outbox.releaseSlot(group);
      this.performDue();
      this.arm();
    }
  }

  /** Lets the machine know what came of a group. */
  private async answer(
    { effects, tries }: EffectGroup<Effect>,
    { done, retryInMs, commands = [] }: Performed<Command>,
  ): Promise<void> {
    const answers = commands.map((command) => this.submit(command));
    if (done) answers.push(...effects.map((effect) => this.submit({ type: "effectOver", effect })));
    await Promise.all(answers);
    if (done) for (const effect of effects) this.finish(effect);
    else await Promise.all(effects.map((effect) => this.repeatOrEnd(effect, tries, NOT_DONE, retryInMs)));
  }

  /** An effect that is not done is tried again, within its bound. */
  private async repeatOrEnd(effect: Effect, tries: number, reason: string, pauseMs?: number): Promise<void> {
    const { effects } = this.machine;
    if (effects.isPending(effect)) {
      const bound = effects.boundOf(effect);
      if (bound.is === "repeat") this.tellOverdue(effect, reason);
      const isOld = bound.is !== "repeat" && this.ports.now() - effect.since >= bound.afterMs;
      if (isOld || effects.parkedOf(effect)) await this.end(effect, bound, tries, reason);
    }
    this.finishOrRepeat(effect, tries, pauseMs);
  }

  private finish(effect: Effect): void {
    this.overdue.delete(effect.id);
    this.outbox.finish(effect);
  }

  /** Once of each. */
  private tellOverdue({ id, kind, since }: Effect, reason: string): void {
    if (this.overdue.has(id) || this.ports.now() - since < OVERDUE_AFTER_MS) return;
    this.overdue.add(id);
    this.ports.log({ event: "overdue", kind, id, reason });
  }

  private async end(effect: Effect, { is }: Bound, tries: number, reason: string): Promise<void> {
    const isNew = !this.machine.effects.parkedOf(effect);
    const { id, kind } = effect;
    try {
      if (is === "fail") await this.submit({ type: "effectOver", effect, failure: reason });
      else await this.submit({ type: "effectParked", effect, tries: tries + 1, reason });
      if (is !== "fail" && isNew) this.ports.log({ event: "parked", kind, id, reason });
    } catch {
      // It is logged as the command's own, which changed nothing: the effect comes again.
    }
  }

  /** An effect is tried once more, also when the memory that it was taken from is lost: none stays in flight. */
  private finishOrRepeat(effect: Effect, tries: number, pauseMs?: number): void {
    const { effects } = this.machine;
    if (!effects.isPending(effect)) {
      this.finish(effect);
      return;
    }
    this.takeNewEffects();
    const now = this.ports.now();
    const { retryAt } = effects.parkedOf(effect) ?? {};
    this.outbox.retry(effect, tries, now, retryAt === undefined ? pauseMs : Math.max(0, retryAt - now));
  }

  /** When something is due, even if in the past. */
  private nextAt(now: number): number | undefined {
    return earlier(this.machine.nextTimerAt(), this.outbox.nextAt(now));
  }

  /** Sets the alarm when something is due before it; an alarm that rings for nothing sets the next one. */
  private arm(): void {
    if (this.machine.isOver?.()) {
      this.disarm();
      return;
    }
    const now = this.ports.now();
    const wanted = this.nextAt(now);
    if (wanted === undefined) return;
    const isMinded = now < this.mindedUntil;
    const at = isMinded ? this.soonAt(now) : wanted > now ? wanted : this.safetyAt(now);
    if (at === undefined) return;
    if (this.alarmAt !== undefined && this.alarmAt <= at && !this.isOvertaken(this.alarmAt, wanted, now))
      return;
    this.alarmAt = at;
    this.ports.setAlarm(at);
  }

  /** What is due now is being done; the alarm is for the case that this object does not live to do it. */
  private safetyAt(now: number): number {
    return now + Math.min(ALARM_SAFETY_MS * 2 ** this.failedWakes, EFFECT_RETRY_LAST_MS);
  }

  /** As long as it is minded, only what is due soon, but not yet, needs an alarm. */
  private soonAt(now: number): number | undefined {
    const soon = [this.machine.nextTimerAt(), this.outbox.nextDueAt].filter(
      (at) => at !== undefined && at > now && at <= now + MINDED_ALARM_MS,
    );
    return soon.reduce((first, at) => (first === undefined || (at ?? first) < first ? at : first), undefined);
  }

  /** An alarm whose time has passed is not relied on: it may have been lost. While something is due it is given a while. */
  private isOvertaken(alarmAt: number, wanted: number, now: number): boolean {
    return alarmAt <= (wanted > now ? now : now - ALARM_OVERDUE_MS);
  }

  private disarm(): void {
    if (this.alarmAt === undefined) return;
    this.alarmAt = undefined;
    this.ports.clearAlarm();
  }
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
