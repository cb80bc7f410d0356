import type { ExecutionMachine } from "../core/engine/execution-machine.ts";
import { isRunning } from "../core/engine/state/navigation.ts";
import { stuckEffects } from "../core/inspection.ts";
import type { Inspection } from "../core/inspection-views.ts";
import { parkedOf } from "./execution-head.ts";

/** What an execution finds of itself, by its name. */
export function inspectExecution({ execution }: ExecutionMachine, now: number): Inspection {
  if (!execution) return { findings: [], isOpen: false };
  const { state } = execution;
  return { findings: stuckEffects(parkedOf(state, now)), isOpen: isRunning(state) };
}
