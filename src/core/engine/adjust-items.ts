import { reject } from "../result.ts";
import type { AdjustItems } from "./command.ts";
import type { Decision } from "./decision.ts";
import { parseStepAddress } from "./state/addresses.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { frameAt, isRunning, listOf } from "./state/navigation.ts";
import type { ForeachPhase } from "./state/phase.ts";

/** How a foreach goes on: what runs ends as it would, and nothing new begins until there is room. */
export function decideAdjust(state: ExecutionState, { step, concurrency }: AdjustItems): Decision {
  if (!isRunning(state))
    return reject("ExecutionAlreadyCompleted", `the execution has already ended: ${state.head.status}`);
  const open = openForeach(state, step);
  if (!open)
    return reject(
      "StepNotOpen",
      `no foreach is open at "${step}": a step's path is as the list of steps shows it`,
    );
  const { frame, phase } = open;
  const drafts =
    phase.concurrency === concurrency
      ? []
      : [{ type: "fanAdjusted", frame: frame.address, concurrency } as const];
  return { drafts, outcome: { ok: true } };
}

function openForeach(
  state: ExecutionState,
  path: string,
): { readonly frame: Frame; readonly phase: ForeachPhase } | undefined {
  const address = parseStepAddress(path);
  const frame = address && frameAt(state, address.frame);
  if (!frame || frame.round !== address.round || frame.phase.is !== "foreach") return undefined;
  const { phase } = frame;
  return listOf(state, frame).steps[frame.position]?.name === address.step ? { frame, phase } : undefined;
}
