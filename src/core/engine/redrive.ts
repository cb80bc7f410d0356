import type { Flow } from "../fdl/flow.ts";
import { given } from "../given.ts";
import { EXECUTION_EVENTS_MAX } from "../limits.ts";
import { ERAS_MAX, REDRIVES_MAX } from "../redrive-limits.ts";
import { type Rejection, type Result, reject } from "../result.ts";
import type { Redrive } from "./command.ts";
import type { Execution } from "./contract.ts";
import type { Decision } from "./decision.ts";
import type { ExecutionState } from "./state/execution-state.ts";
import { isRunning } from "./state/navigation.ts";
import type { AskedWay, WhereFrom } from "./state/redrive-facts.ts";
import { type GoingBack, goingBack } from "./go-back.ts";
import { refuseVersion } from "./misfits.ts";
import { isPending } from "./tasks.ts";

/** Whether an execution that ended may go on, and what is told of it. */
export function decideRedrive(execution: Execution, command: Redrive): Decision {
  const { state } = execution;
  const { head } = state;
  const { redrives, by, reason, parent, lineage, children } = command;
  // A repeat finds it done.
  if ((head.redrives ?? 0) >= redrives) return { drafts: [], outcome: { ok: true } };
  if (!isRunning(state) && isEnding(state))
    return reject("ExecutionEnding", "what follows from the execution's end is not done yet");
  const way = wayOn(execution, command);
  if (!way.ok) return way;
  const { back: from, version, definition } = way;
  const start = definition === undefined ? undefined : { definition };
  const draft = { redrives, by, ...given({ reason, parent, lineage, children, version, start, from }) };
  return {
    drafts: [{ type: "executionRedriven", ...draft }],
    outcome: { ok: true, eventId: head.nextEvent },
  };
}

interface WayOn {
  readonly back?: GoingBack;
  /** That which is open from then on. */
  readonly flow: Flow;
  /** Only of another one. */
  readonly version?: number;
  readonly definition?: string;
}

/** Where an execution goes on, and with which version; or why it cannot. */
export function wayOn(execution: Execution, asked: AskedWay): Result<WayOn> {
  const { state, context } = execution;
  const { version, definition } = asked;
  const refusal = refuse(state, asked);
  if (refusal) return refusal;
  if (definition === undefined || version === state.head.version) {
    const going = goingBack(execution, asked, state.flow);
    return going.ok ? { ...going, flow: state.flow } : going;
  }
  if ((state.head.eras?.length ?? 1) >= ERAS_MAX)
    return reject("NotRedrivable", `the execution had ${ERAS_MAX} versions already: start another one`);
  const flow = context.flows.of(definition);
  const going = goingBack(execution, asked, flow);
  if (!going.ok) return going;
  const misfit = refuseVersion(state, { flow, definition }, going.back?.step);
  return misfit ?? { ...going, flow, definition, ...given({ version }) };
}

function refuse(state: ExecutionState, { items }: WhereFrom): Rejection | undefined {
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
