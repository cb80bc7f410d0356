import type { Cells } from "../durable/cells.ts";
import { FIRED_ROWS_PER_TURN, SCHEDULES_PER_TURN } from "../limits.ts";
import type { RecordedEffects } from "../durable/effects.ts";
import { Records } from "../durable/records.ts";
import type { Machine } from "../machine.ts";
import { executionOver, runningChecked, startRefused, startTaken } from "./answers.ts";
import { stopBackfill } from "./backfill.ts";
import type { BackfillView } from "./backfill-record.ts";
import type {
  ChangeSchedule,
  EffectAnswer,
  ScheduleCommand,
  ScheduleEffect,
  ScheduleOutcome,
} from "./command.ts";
import { wake } from "./fire.ts";
import { scheduleNotExists } from "./only-if.ts";
import { isUnsettled, resume, setEnabled, settle, skip, unskip } from "./pause.ts";
import { patchSchedule } from "./patch.ts";
import { putSchedule } from "./put.ts";
import type { Turn } from "./record.ts";
import { backfillNow, runNow } from "./run.ts";
import { type Firing, type Schedule, scheduleKey } from "./schedule.ts";
import { ScheduleStore } from "./store.ts";
import { scheduleView } from "./view.ts";

/** Schedules of one shard and their ledgers. A ledger's row is the lock of its instant. */
export class ScheduleMachine implements Machine<ScheduleCommand, ScheduleOutcome, ScheduleEffect> {
  private readonly cells: Cells;
  private readonly hasWebhook: boolean;
  private memory: ScheduleStore | undefined;

  /** Without a webhook nothing is noted for it. */
  constructor(cells: Cells, hasWebhook = true) {
    this.cells = cells;
    this.hasWebhook = hasWebhook;
  }

  get effects(): RecordedEffects<ScheduleEffect> {
    return this.store.effects;
  }

  get(flow: string, name: string): Schedule | undefined {
    const entry = this.store.get(flow, name);
    return entry && scheduleView(entry);
  }

  /** In the order of flow and name, behind a key; of one flow or of all. */
  list({ flow, after = "", limit }: { flow?: string; after?: string; limit: number }): Schedule[] {
    const found: Schedule[] = [];
    for (const key of this.store.keys(flow, after)) {
      if (found.length >= limit) break;
      const entry = this.store.byKey(key);
      if (entry) found.push(scheduleView(entry));
    }
    return found;
  }

  /** Newest first, the ones older than `before`. */
  *firings(flow: string, name: string, before?: string): Generator<readonly [cursor: string, Firing]> {
    const entry = this.store.get(flow, name);
    if (entry) yield* entry.ledger.newestFirst(before);
  }

  backfill(flow: string, name: string, id: string): BackfillView | undefined {
    return this.store.backfills.view(scheduleKey(flow, name), id);
  }

  /** Whether instants of a paused schedule have passed without rows: `settle` writes them. */
  isUnsettled(flow: string, name: string, now: number): boolean {
    const entry = this.store.get(flow, name);
    return entry !== undefined && isUnsettled({ entry, now });
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
      case "deleteSchedule": {
        const entry = store.get(command.flow, command.name);
        if (!entry) return seen === "again" ? { ok: true } : scheduleNotExists(command.flow, command.name);
        store.remove(entry);
        return { ok: true };
      }
      case "fire":
        fire(store, now, command.firedBy);
        return { ok: true };
      case "executionOver": {
        const entry = store.get(command.flow, command.name);
        if (entry) executionOver({ store, entry, now }, command);
        return { ok: true };
      }
      case "startTaken":
      case "startRefused":
      case "runningChecked":
      case "effectOver":
        this.answer(command, now);
        return { ok: true };
      default: {
        const entry = store.get(command.flow, command.name);
        if (!entry) return scheduleNotExists(command.flow, command.name);
        return change({ store, entry, now }, command);
      }
    }
  }

  save(): void {
    this.memory?.save();
  }

  discardMemory(): void {
    this.memory = undefined;
  }

  nextTimerAt(): number | undefined {
    return this.store.nextWakeAt();
  }

  wakeCommand(): ScheduleCommand {
    return { type: "fire", firedBy: "alarm" };
  }

  private answer(command: EffectAnswer, now: number): void {
    const { store } = this;
    const { effect } = command;
    if (effect.kind === "notify") {
      store.effects.remove(effect);
      return;
    }
    const entry = store.get(effect.flow, effect.schedule);
    if (!entry) return;
    const turn: Turn = { store, entry, now };
    if (command.type === "effectOver" && effect.kind === "startFiring") {
      if (command.failure === undefined) startTaken(turn, effect);
      else startRefused(turn, effect, command.failure);
    } else if (command.type === "startTaken") startTaken(turn, command.effect);
    else if (command.type === "startRefused") startRefused(turn, command.effect, command.reason);
    else if (command.type === "runningChecked") {
      runningChecked(turn, command.effect, command.ended, command.began);
    } else if (entry.checking?.id === effect.id) {
      // Nobody could tell: it is asked again.
      entry.checking = undefined;
      store.arm(entry);
    }
  }

  private get store(): ScheduleStore {
    return (this.memory ??= new ScheduleStore(new Records(this.cells), this.hasWebhook));
  }
}

/** Wakes what is due, as much as one turn may take; the rest stays due. */
function fire(store: ScheduleStore, now: number, firedBy: "alarm" | "cron"): void {
  const most = store.rows + FIRED_ROWS_PER_TURN;
  for (const entry of store.takeDue(now, SCHEDULES_PER_TURN)) {
    if (store.rows < most) wake({ store, entry, now }, firedBy);
    else store.arm(entry);
  }
}

function change(turn: Turn, command: ChangeSchedule): ScheduleOutcome {
  switch (command.type) {
    case "patch":
      return patchSchedule(turn, command);
    case "setEnabled":
      return setEnabled(turn, command.enabled, command);
    case "resume":
      return resume(turn, command);
    case "settle":
      settle(turn);
      return { ok: true, schedule: scheduleView(turn.entry) };
    case "skip":
      return skip(turn, command.at, command.by, command.reason);
    case "unskip":
      return unskip(turn, command.at);
    case "backfill":
      return backfillNow(turn, command);
    case "stopBackfill":
      return stopBackfill(turn, command.id);
    case "runNow":
      return runNow(turn, command);
  }
}
