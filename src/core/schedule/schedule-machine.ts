import type { Cells } from "../durable/cells.ts";
import type { DeadPage, DeadQuery } from "../durable/dead-letters.ts";
import type { RecordedEffects } from "../durable/effects.ts";
import { Records } from "../durable/records.ts";
import type { JsonObject } from "../json.ts";
import type { Inspection } from "../inspection-views.ts";
import type { Machine, Parking } from "../machine.ts";
import type { Stand } from "../telling.ts";
import { takeAnswer, takeEnd } from "./answers.ts";
import { stopBackfill } from "./backfill.ts";
import type { BackfillView } from "./backfill-state.ts";
import type { Calendar } from "./calendar.ts";
import type { CellUnit } from "./timetable/cells.ts";
import type { ChangeSchedule, ScheduleCommand, ScheduleOutcome } from "./command.ts";
import type { ScheduleEffect, StartFiring } from "./effect.ts";
import type { DeadNotice } from "./dead-notice.ts";
import { executionAgain } from "./phases/again.ts";
import { NOTICES, changeNotices } from "./dead-notices.ts";
import { type UnendedFiring, inspectShard, unendedFirings } from "./inspect-shard.ts";
import { judge } from "./judgement.ts";
import type { ShardTelling } from "./digest.ts";
import { type ShardNight, nightOf } from "./night.ts";
import { ScheduleFault } from "./parking.ts";
import { scheduleNotExists, scheduleParked } from "./preconditions.ts";
import { resume, setEnabled, skip, unskip } from "./pause.ts";
import { patchSchedule } from "./patch.ts";
import { hasPassed, processAll, processPassed } from "./process.ts";
import { putSchedule } from "./put.ts";
import { backfillNow, runNow } from "./run.ts";
import { type Firing, type Schedule, scheduleKey } from "./schedule.ts";
import type { ScheduleContext } from "./schedule-context.ts";
import { shardTelling } from "./shard-telling.ts";
import { ScheduleStore } from "./store.ts";
import { type ListedSchedule, scheduleView, viewOf } from "./view.ts";

interface ListQuery {
  readonly flow?: string;
  readonly after?: string;
  readonly withPayloads?: boolean;
  readonly withRecent?: boolean;
}

/** Schedules of one shard and their ledgers. A ledger's row is the lock of its instant. */
export class ScheduleMachine implements Machine<ScheduleCommand, ScheduleOutcome, ScheduleEffect> {
  private readonly cells: Cells;
  private readonly hasWebhook: boolean;
  private memory: ScheduleStore | undefined;
  /** What failed in commits that are to be done again without it: schedules, and why. */
  private readonly suspects = new Map<string, string>();

  /** Without a webhook nothing is noted for it. */
  constructor(cells: Cells, hasWebhook = true) {
    this.cells = cells;
    this.hasWebhook = hasWebhook;
  }

  get effects(): RecordedEffects<ScheduleEffect> {
    return this.store.effects;
  }

  get(flow: string, name: string): Schedule | undefined {
    return viewOf(this.store, scheduleKey(flow, name), true);
  }

  /** In the order of flow and name, behind a key; of one flow or of all. */
  *list({
    flow,
    after = "",
    withPayloads = true,
    withRecent = false,
  }: ListQuery = {}): Generator<ListedSchedule> {
    for (const key of this.store.keys(flow, after)) {
      const view = viewOf(this.store, key, withPayloads);
      const tail = withRecent ? this.store.byKey(key)?.state.tail : undefined;
      if (view) yield tail ? { ...view, recent: tail.map(judge), recentAt: tail.map(({ at }) => at) } : view;
    }
  }

  /** Newest first, the ones older than `before`. */
  *firings(flow: string, name: string, before?: string): Generator<readonly [cursor: string, Firing]> {
    const entry = this.store.get(flow, name);
    if (entry) yield* entry.ledger.newestFirst(before);
  }

  /** What schedules did from a time to another, both inclusive. */
  night(from: number, to: number, now: number): ShardNight {
    return { change: this.store.changes.at, ...nightOf(this.store.all(), from, to, now) };
  }

  inspect(now: number): Inspection {
    return inspectShard(this.store, now);
  }

  /** Firings of which an end may have been lost. */
  unended(now: number): readonly UnendedFiring[] {
    return unendedFirings(this.store, now);
  }

  /** How the shard stands, by the name of its object, and what the board is told of it. */
  telling(now: number, name: string): Stand<ShardTelling> | undefined {
    return shardTelling(this.store, name, now);
  }

  /** What became of a schedule's instants, by days or hours of its zone; undefined when there is no such schedule. */
  calendar(
    flow: string,
    name: string,
    from: number,
    to: number,
    unit: CellUnit,
  ): (Calendar & { readonly timeZone: string }) | undefined {
    const entry = this.store.get(flow, name);
    if (!entry) return undefined;
    return { timeZone: entry.timetable.timeZone, ...this.store.calendar(entry, from, to, unit) };
  }

  /** What the execution of a firing is started with; undefined once nobody has to start it. */
  inputOf(effect: StartFiring): JsonObject | undefined {
    return this.store.inputOf(effect);
  }

  backfill(flow: string, name: string, id: string): BackfillView | undefined {
    return this.store.backfills.view(scheduleKey(flow, name), id);
  }

  /** Whether instants of a paused schedule have passed without rows: `writePassed` writes them. */
  hasPassed(flow: string, name: string, now: number): boolean {
    const entry = this.store.get(flow, name);
    return entry !== undefined && !this.store.isHeld(entry) && hasPassed({ entry, now });
  }

  /** What the webhook did not take, in the order in which it was given up. */
  deadNotices(query: DeadQuery): DeadPage<DeadNotice> {
    return this.store.deadNotices.page(NOTICES, query);
  }

  /** Numbers of the oldest. */
  oldestDeadNotices(max: number): readonly number[] {
    return this.store.deadNotices.chosen(NOTICES, { max });
  }

  handle(command: ScheduleCommand, now: number): ScheduleOutcome {
    const seen = "nonce" in command && command.nonce ? this.store.nonces.take(command.nonce, now) : "new";
    if (typeof seen === "object") return seen;
    const { store } = this;
    store.heedClock(now);
    switch (command.type) {
      case "putSchedule":
        return putSchedule(store, command, now, seen === "again");
      case "deleteFlow":
        store.removeFlow(command.flow, command.generation);
        return { ok: true };
      case "deleteSchedule":
        return remove(store, command, seen === "again");
      case "fire":
        store.deadNotices.forget(now);
        processAll(store, now, command.firedBy);
        return { ok: true };
      case "executionOver":
        takeEnd(store, command, now);
        return { ok: true };
      case "redriveNotices":
      case "purgeNotices":
        return changeNotices(store, command, now);
      case "boardTold":
        store.changes.boardTold(command, now);
        return { ok: true };
      // None of its effects is ever parked: they are repeated, or fail.
      case "effectParked":
      case "retryEffects":
        return { ok: true };
      case "startTaken":
      case "startRefused":
      case "runningChecked":
      case "effectOver":
        takeAnswer(store, command, now);
        return { ok: true };
      default:
        return changeOne(store, command, now);
    }
  }

  save(): void {
    this.memory?.save();
    this.suspects.clear();
  }

  /** A schedule that failed is parked, and its commit done again without it. */
  learnFrom(error: unknown): boolean {
    if (!(error instanceof ScheduleFault) || this.suspects.has(error.key)) return false;
    this.suspects.set(error.key, error.message);
    return true;
  }

  takeParked(): readonly Parking[] {
    return this.store.takeParked();
  }

  discardMemory(): void {
    this.memory = undefined;
  }

  nextTimerAt(): number | undefined {
    const { store } = this;
    const times = [store.nextWakeAt(), store.deadNotices.nextEndAt()].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  wakeCommand(): ScheduleCommand {
    return { type: "fire", firedBy: "alarm" };
  }

  private get store(): ScheduleStore {
    return (this.memory ??= new ScheduleStore(new Records(this.cells), this.hasWebhook, this.suspects));
  }
}

type Delete = Extract<ScheduleCommand, { type: "deleteSchedule" }>;

function remove(store: ScheduleStore, { flow, name }: Delete, isAgain: boolean): ScheduleOutcome {
  const key = scheduleKey(flow, name);
  const entry = store.byKey(key);
  if (entry) store.remove(entry);
  else if (store.parked.get(key)) store.removeRows(key);
  else if (!isAgain) return scheduleNotExists(flow, name);
  return { ok: true };
}

/** Nothing is done with a parked schedule but to try again. */
function changeOne(store: ScheduleStore, command: ChangeSchedule, now: number): ScheduleOutcome {
  const { flow, name, type } = command;
  const key = scheduleKey(flow, name);
  const entry = store.byKey(key);
  const parked = store.parked.get(key);
  if (!entry) return parked ? scheduleParked(name, parked) : scheduleNotExists(flow, name);
  if (parked && store.isHeld(entry)) {
    if ((type !== "resume" && type !== "retry") || store.isSuspect(entry))
      return scheduleParked(name, parked);
    store.unpark(entry);
  }
  return change({ store, entry, now }, command);
}

function change(context: ScheduleContext, command: ChangeSchedule): ScheduleOutcome {
  switch (command.type) {
    case "patch":
      return patchSchedule(context, command);
    case "setEnabled":
      return setEnabled(context, command.enabled, command);
    case "resume":
      return resume(context, command);
    case "writePassed":
    case "retry":
      processPassed(context);
      return { ok: true, schedule: scheduleView(context.entry) };
    case "skip":
      return skip(context, command.at, command.by, command.reason);
    case "unskip":
      return unskip(context, command.at);
    case "backfill":
      return backfillNow(context, command);
    case "stopBackfill":
      return stopBackfill(context, command.id);
    case "executionAgain":
      return executionAgain(context, command);
    case "runNow":
      return runNow(context, command);
  }
}
