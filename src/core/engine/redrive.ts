import { given } from "../given.ts";
import { EXECUTION_EVENTS_MAX } from "../limits.ts";
import { REDRIVES_MAX } from "../redrive-limits.ts";
import { type Rejection, reject } from "../result.ts";
import type { Redrive } from "./command.ts";
import type { Execution } from "./contract.ts";
import type { Decision } from "./decision.ts";
import type { ExecutionState } from "./state/execution-state.ts";
import { isRunning } from "./state/navigation.ts";
import type { WhereFrom } from "./state/redrive-facts.ts";
import { goingBack } from "./go-back.ts";
import { isPending } from "./tasks.ts";

/** Whether an execution that ended may go on, and what is told of it. */
export function decideRedrive(execution: Execution, command: Redrive): Decision {
  const { state } = execution;
  const { head } = state;
  const { redrives, by, reason, parent, lineage, children } = command;
  // A repeat finds it done.
  if ((head.redrives ?? 0) >= redrives) return { drafts: [], outcome: { ok: true } };
  const refusal = refuseRedrive(state, command);
  if (refusal) return refusal;
  if (isEnding(state))
    return reject("ExecutionEnding", "what follows from the execution's end is not done yet");
  const going = goingBack(execution, command);
  if (!going.ok) return going;
  const draft = { redrives, by, ...given({ reason, parent, lineage, children, from: going.back }) };
  return {
    drafts: [{ type: "executionRedriven", ...draft }],
    outcome: { ok: true, eventId: head.nextEvent },
  };
}

export function refuseRedrive(state: ExecutionState, { items }: WhereFrom): Rejection | undefined {
  const { head } = state;
  if (isRunning(state))
    return reject("ExecutionRunning", "the execution runs: only what has ended can go on");
  if (head.status === "Succeeded" && items === undefined)
    return reject(
      "NotRedrivable",
      `the execution succeeded: only "items" of a foreach that were tolerated can go on; or start another one`,
    );
  if ((head.redrives ?? 0) >= REDRIVES_MAX)
    return reject("NotRedrivable", `the execution went on ${REDRIVES_MAX} times already: start another one`);
  if (head.nextEvent > EXECUTION_EVENTS_MAX) {
    const detail = `the execution has more than ${EXECUTION_EVENTS_MAX} events: start another one`;
    return reject("NotRedrivable", detail);
  }
  return undefined;
}

/** Messages are still to be taken back, or somebody is to be told: what follows from an end must not meet what goes on. */
function isEnding(state: ExecutionState): boolean {
  return [...state.effects.values()].some((one) => !state.parked.has(one.id) && isPending(state, one));
}
