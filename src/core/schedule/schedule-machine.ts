import type { Cells } from "../durable/cells.ts";
import type { RecordedEffects } from "../durable/effects.ts";
import { Records } from "../durable/records.ts";
import type { Machine } from "../machine.ts";
import { takeAnswer, takeEnd } from "./answers.ts";
import { stopBackfill } from "./backfill.ts";
import type { BackfillView } from "./backfill-state.ts";
import type { ChangeSchedule, ScheduleCommand, ScheduleOutcome } from "./command.ts";
import type { ScheduleEffect } from "./effect.ts";
import { scheduleNotExists } from "./preconditions.ts";
import { resume, setEnabled, skip, unskip } from "./pause.ts";
import { patchSchedule } from "./patch.ts";
import { hasPassed, processAll, processPassed } from "./process.ts";
import { putSchedule } from "./put.ts";
import { backfillNow, runNow } from "./run.ts";
import { type Firing, type Schedule, scheduleKey } from "./schedule.ts";
import type { ScheduleContext } from "./schedule-context.ts";
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

  /** Whether instants of a paused schedule have passed without rows: `writePassed` writes them. */
  hasPassed(flow: string, name: string, now: number): boolean {
    const entry = this.store.get(flow, name);
    return entry !== undefined && hasPassed({ entry, now });
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
        processAll(store, now, command.firedBy);
        return { ok: true };
      case "executionOver":
        takeEnd(store, command, now);
        return { ok: true };
      case "startTaken":
      case "startRefused":
      case "runningChecked":
      case "effectOver":
        takeAnswer(store, command, now);
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

  private get store(): ScheduleStore {
    return (this.memory ??= new ScheduleStore(new Records(this.cells), this.hasWebhook));
  }
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
    case "runNow":
      return runNow(context, command);
  }
}
