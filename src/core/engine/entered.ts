import type { JsonObject } from "../json.ts";
import type { Execution } from "./contract.ts";
import { ROOT } from "./state/addresses.ts";
import type { Visit } from "./state/closed.ts";
import { type Fact, type FactOf, eventsOf } from "./state/fact.ts";
import { flowAt, isEntered, openStep, stepOfVisit, visitsOf } from "./state/navigation.ts";
import { EMPTY } from "./state/values.ts";

/** The event with which a step of the flow's own list was last entered. */
export function lastEntered(execution: Execution, name: string): number | undefined {
  const { state } = execution;
  const frame = state.frames.get(ROOT.text);
  if (frame && isEntered(frame) && openStep(state, frame).name === name) return frame.entered;
  return lastVisit(execution, name)?.entered;
}

/** Its last visit that is over. */
export function lastVisit(execution: Execution, name: string): Visit | undefined {
  const visits = visitsOf(execution, ROOT);
  for (let nth = visits.length - 1; nth >= 0; nth--) {
    const visit = visits.at(nth);
    if (visit && stepOfVisit(execution, ROOT, visit)?.name === name) return visit;
  }
  return undefined;
}

export interface Entered {
  readonly step: string;
  /** The list's local variable, as the step found it. */
  readonly local: JsonObject;
}

/** Which step of the flow's own list was entered with an event; undefined if none was. */
export function enteredWith(execution: Execution, event: number): Entered | undefined {
  const { context } = execution;
  const told = context.reader.readFacts(event);
  if (!told) return undefined;
  let next = told.event;
  let local = context.values.unpack(told.frames[ROOT.text]?.local ?? EMPTY);
  for (const fact of told.facts) {
    if (next === event && fact.type === "stepEntered" && fact.frame === ROOT.text)
      return { step: flowAt(execution, event).lists[0]?.steps[fact.position]?.name ?? "", local };
    local = localAfter(execution, local, fact);
    next += eventsOf(fact);
  }
  return undefined;
}

/** The local variable of the flow's own list, which facts of its steps add to. */
function localAfter({ context }: Execution, local: JsonObject, fact: Fact): JsonObject {
  const { values } = context;
  if (fact.type === "executionStarted") return fact.begin ? values.unpack(fact.begin.local) : local;
  if (!("frame" in fact) || fact.frame !== ROOT.text) return local;
  const added = addedBy(fact);
  return added ? { ...local, ...values.unpack(added.output) } : local;
}

function addedBy(fact: Fact): Pick<FactOf<"stepSucceeded">, "output"> | undefined {
  if (fact.type === "stepSucceeded") return fact;
  return fact.type === "stepFailed" ? fact.caught : undefined;
}
