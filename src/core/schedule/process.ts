import { FIRED_ROWS_PER_TURN, SCHEDULES_PER_TURN } from "../limits.ts";
import { stepBackfill } from "./backfill.ts";
import { guarded } from "./parking.ts";
import { askAgain } from "./phases/ask.ts";
import { takeInDue, writePassed } from "./phases/due.ts";
import { decideWaiting, drainBuffer } from "./phases/gate.ts";
import { checkPromises } from "./phases/promises.ts";
import type { ScheduleContext } from "./schedule-context.ts";
import type { ScheduleStore } from "./store.ts";

/** Time passes: all that schedules are due for, as much as one turn may do; the rest stays due. */
export function processAll(store: ScheduleStore, now: number, firedBy: "alarm" | "cron"): void {
  if (store.hasParkedEnough) return;
  const most = store.rows + FIRED_ROWS_PER_TURN;
  for (const entry of store.takeDue(now, SCHEDULES_PER_TURN)) {
    if (store.rows < most) guarded(entry, () => processDue({ store, entry, now }, firedBy));
    else store.arm(entry);
  }
}

/** All that a schedule's time has come for. */
function processDue(context: ScheduleContext, firedBy: "alarm" | "cron"): void {
  if (context.store.isHeld(context.entry)) context.store.unpark(context.entry);
  takeInDue(context, firedBy);
  proceed(context);
  checkPromises(context);
  context.store.arm(context.entry);
}

/**
 * Somebody looks, or is about to change something: everything that is due by now gets its verdict before, so that no instant
 * depends on whether the alarm was there first. While a schedule is paused nothing wakes for its instants; they get their
 * rows here, so it is not `processDue`. Promises have wakes of their own.
 */
export function processPassed(context: ScheduleContext): void {
  const { entry, store } = context;
  guarded(entry, () => {
    if (entry.spec.enabled) {
      takeInDue(context, "alarm");
      proceed(context);
    } else writePassed(context);
    store.arm(entry);
  });
}

/** Whether a paused schedule has instants without rows. */
export function hasPassed({ entry, now }: Omit<ScheduleContext, "store">): boolean {
  const { nextAt } = entry.state;
  return !entry.spec.enabled && nextAt !== undefined && nextAt <= now;
}

/**
 * What can be decided now is; what hangs on executions that run is first asked for their real state, and is decided with
 * the answer (`isChecked`). It takes in nothing that is due: an end that comes before the alarm is still older than what is.
 */
export function proceed(context: ScheduleContext, isChecked = false): void {
  // Also of a paused schedule: what waits for a decision came before the pause.
  decideWaiting(context, isChecked);
  if (context.entry.spec.enabled) drainBuffer(context);
  stepBackfill(context);
  askAgain(context);
}
