import { RUNNING_CHECK_MS } from "../../limits.ts";
import type { ScheduleContext } from "../schedule-context.ts";

/** Asks how the executions that are taken for running really are. */
export function askForRunning({ entry, store, now }: ScheduleContext, stop: boolean): void {
  const { flow, name } = entry.spec;
  const firings = entry.state.open
    .filter(({ isTaken, kind }) => isTaken && !(stop && kind === "backfill"))
    .map(({ at, kind, executionName }) => ({ at, kind, executionName }));
  entry.recheckAt = now + RUNNING_CHECK_MS;
  if (firings.length === 0) return;
  const id = `${entry.key}:check:${now}:${entry.checks++}`;
  entry.checking = { id, kind: "checkRunning", since: now, flow, schedule: name, stop, firings };
  store.effects.add(entry.checking);
}

/** In case nobody told that an execution has ended. */
export function askAgain(context: ScheduleContext): void {
  const { entry, now } = context;
  if (!entry.isHeldUp()) entry.recheckAt = undefined;
  else if (entry.recheckAt === undefined) entry.recheckAt = now + RUNNING_CHECK_MS;
  else if (entry.recheckAt <= now && !entry.checking) askForRunning(context, false);
}
