import { SECOND_MS } from "../../time.ts";
import type { BegunFiring } from "../command.ts";
import type { CheckRunning } from "../effect.ts";
import type { Entry } from "../entry.ts";
import type { ScheduleContext } from "../schedule-context.ts";
import type { Waiting } from "../state.ts";
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
  const isPast = (time: number | undefined) => time !== undefined && time <= now;
  const late = [...state.buffer, ...state.waiting].filter(({ startBy }) => isPast(startBy));
  for (const { at } of late) updateFiring(context, at, "scheduled", { missedStart: true });
  const withoutStartBy = <T extends Waiting>(one: T): T =>
    late.includes(one) ? withoutKey(one, "startBy") : one;
  if (late.length > 0) {
    state.buffer = state.buffer.map(withoutStartBy);
    state.waiting = state.waiting.map(withoutStartBy);
  }
  state.open = state.open.map((one) => {
    let kept = one;
    if (isPast(one.startBy) && !one.isTaken) {
      updateFiring(context, one.at, one.kind, { missedStart: true });
      kept = withoutKey(kept, "startBy");
    }
    if (isPast(one.endBy)) {
      updateFiring(context, one.at, one.kind, { missedEnd: true });
      kept = withoutKey(kept, "endBy");
    }
    return kept;
  });
  // Its flow has it, but only the execution knows whether it has begun.
  if (!entry.checking && state.open.some(({ startBy }) => isPast(startBy))) askForRunning(context, false);
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
