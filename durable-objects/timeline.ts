import type { ExecutionMachine } from "../src/core/engine/execution-machine.ts";
import type { ExecutionTimeline, TimelineQuery } from "../src/core/execution-views.ts";
import { PROGRESS_FACTS_AT_ONCE } from "../src/core/view-limits.ts";
import { NO_USAGE } from "../src/core/usage.ts";
import { readHead } from "../src/queries/execution-head.ts";
import { flowsOf } from "../src/queries/progress/flows.ts";
import { Progress } from "../src/queries/progress/progress.ts";
import { Timeline } from "../src/queries/progress/timeline.ts";

/** Reads the journal once, and lets others have their turn meanwhile; undefined when there is no execution. */
export async function drawTimeline(
  machine: ExecutionMachine,
  { by, width, ...asked }: TimelineQuery,
): Promise<ExecutionTimeline | undefined> {
  const { execution, store } = machine;
  if (!execution) return undefined;
  const now = Date.now();
  const { startedAt, endedAt = now } = readHead(execution, NO_USAGE, now);
  const from = asked.from ?? Math.min(startedAt, (asked.to ?? endedAt) - 1);
  const to = Math.max(from + 1, asked.to ?? endedAt);
  const timeline = new Timeline(by, { from, to, width }, execution.state.flow);
  const progress = new Progress(flowsOf(machine), timeline.add);
  while (progress.takeIn(store, PROGRESS_FACTS_AT_ONCE)) await scheduler.wait(0);
  for (const span of progress.openSpans(now)) timeline.add(span);
  return { from, to, ...timeline.view() };
}
