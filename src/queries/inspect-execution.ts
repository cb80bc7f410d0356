import type { ExecutionMachine } from "../core/engine/execution-machine.ts";
import { isRunning } from "../core/engine/state/navigation.ts";
import { toldEnd } from "../core/engine/told-end.ts";
import { AWAITED_QUEUES_TOLD } from "../core/inspection-limits.ts";
import { stuckEffects } from "../core/inspection.ts";
import type { ExecutionInspection, Inspection } from "../core/inspection-views.ts";
import { parkedOf } from "./execution-head.ts";
import { readAwaitedQueues } from "./waiting-for.ts";

/** What an execution finds of itself, by its name. */
export function inspectExecution({ execution }: ExecutionMachine, now: number): Inspection {
  if (!execution) return { findings: [], isOpen: false };
  const { state } = execution;
  return { findings: stuckEffects(parkedOf(state, now)), isOpen: isRunning(state) };
}

/** What its flow cannot know of itself; undefined where there is no execution. */
export function inspectedStand({
  execution,
}: ExecutionMachine): Omit<ExecutionInspection, "findings"> | undefined {
  if (!execution) return undefined;
  const { state } = execution;
  const { head } = state;
  if (head.endedAt !== undefined) return { end: toldEnd(head) };
  const queues = readAwaitedQueues(state, AWAITED_QUEUES_TOLD);
  return queues.length > 0 ? { queues } : {};
}
