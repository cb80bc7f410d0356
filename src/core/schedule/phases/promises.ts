import { SECOND_MS } from "../../time.ts";
import type { BegunFiring } from "../command.ts";
import type { CheckRunning } from "../effect.ts";
import type { Entry } from "../entry.ts";
import type { FiringKind } from "../schedule.ts";
import type { ScheduleContext } from "../schedule-context.ts";
import type { Open, Waiting } from "../state.ts";
import { askForRunning } from "./ask.ts";
import { updateFiring } from "./rows.ts";

/** Until when an instant must have started. */
export function startByOf({ spec }: Entry, startsAt: number): number | undefined {
  const { startWithinSeconds } = spec.expect ?? {};
  return startWithinSeconds === undefined ? undefined : startsAt + startWithinSeconds * SECOND_MS;
}

/** Marks firings that have not started or ended when `expect` says that they should. */
export function checkPromises(context: ScheduleContext): void {
  const { entry, now } = context;
  const { state } = entry;
  state.buffer = state.buffer.map((one) => checkStart(context, one, "scheduled"));
  state.waiting = state.waiting.map((one) => checkStart(context, one, "scheduled"));
  state.open = state.open.map((one) =>
    checkEnd(context, one.isTaken ? one : checkStart(context, one, one.kind)),
  );
  // Its flow has it, but only the execution knows whether it has begun.
  if (!entry.checking && state.open.some(({ startBy = Infinity }) => startBy <= now)) {
    askForRunning(context, false);
  }
}

/** A promise that is broken is marked once, and is no longer waited for. */
function checkStart<T extends Waiting | Open>(context: ScheduleContext, one: T, kind: FiringKind): T {
  const { at, startBy = Infinity } = one;
  if (startBy > context.now) return one;
  updateFiring(context, at, kind, { missedStart: true });
  return withoutKey(one, "startBy");
}

function checkEnd(context: ScheduleContext, one: Open): Open {
  const { at, kind, endBy = Infinity } = one;
  if (endBy > context.now) return one;
  updateFiring(context, at, kind, { missedEnd: true });
  return withoutKey(one, "endBy");
}

function withoutKey<T extends object>(object: T, key: keyof T): T {
  const copy = { ...object };
  delete copy[key];
  return copy;
}

/** Whoever was asked for because it was to have begun by now, and has not. */
export function breakPromises(context: ScheduleContext, { firings }: CheckRunning): void {
  for (const one of firings) {
    const open = context.entry.openOf(one);
    if (open?.startBy === undefined || open.startBy > context.now) continue;
    updateFiring(context, one.at, one.kind, { missedStart: true });
    forgetStartBy(context, one);
  }
}

export function forgetStartBy(
  { store, entry }: ScheduleContext,
  { executionName }: Pick<BegunFiring, "executionName">,
): void {
  entry.state.open = entry.state.open.flatMap((one) => {
    if (one.executionName !== executionName) return [one];
    const { startBy: _, ...kept } = one;
    const isWatched = entry.watchesEnds || one.backfill !== undefined || entry.state.buffer.length > 0;
    return isWatched ? [kept] : [];
  });
  store.touch(entry);
}
