import { evaluateCondition } from "../../expr/condition/evaluate.ts";
import { type StepOf, stepOf } from "../../fdl/flow.ts";
import { innerList } from "../../fdl/inner-lists.ts";
import type { JsonObject } from "../../json.ts";
import { assert } from "../../result.ts";
import { succeedStep } from "../conclude-step.ts";
import { type EvolveTable, NO_CHILDREN, type StepBehaviour } from "../contract.ts";
import { becomeRunnable, materialize, openFrame } from "../frame-changes.ts";
import { stepInput } from "../scope.ts";
import { childAddress } from "../state/addresses.ts";
import type { Frame } from "../state/execution-state.ts";
import { addressOf, localOf, openStep } from "../state/navigation.ts";
import type { ChoicePhase } from "../state/phase.ts";
import { closeChild, failOwner } from "./children.ts";
import type { FactType } from "../state/fact.ts";
import { type Transitions, ownerRow, row } from "../state/transition.ts";

export const CHOICE_TRANSITIONS = {
  optionEntered: [row(["ready"], ["choice"])],
  optionExited: [ownerRow(["choice"], ["settled"])],
} as const satisfies Partial<Transitions<FactType>>;

type ChoiceStep = StepOf<"choice">;

/** Takes the first option whose condition holds: its steps, then its goto (spec: FDL section 2.4). */
export const choice: StepBehaviour<ChoiceStep> = {
  ...NO_CHILDREN,
  enter(turn, frame, step) {
    const { option, warnings } = choose(step, stepInput(turn, frame));
    const chosen = step.options[option];
    if (chosen?.list === undefined) {
      succeedStep(turn, frame, {}, { warnings, ...(chosen?.goto !== undefined && { goto: chosen.goto }) });
    } else {
      const told = warnings.length > 0 ? { warnings } : {};
      turn.emit({ type: "optionEntered", frame: frame.address, option, ...told });
    }
  },
  childEnded: (turn, _, child) => turn.emit({ type: "optionExited", frame: child.address }),
  childFailed: failOwner,
  childInput: (execution, frame) => stepInput(execution, frame),
  inputIs: "handedOn",
};

/** The first option that is true, or the default; -1 when there is neither. */
function choose({ options }: ChoiceStep, input: JsonObject): { option: number; warnings: string[] } {
  const warnings: string[] = [];
  const option = options.findIndex(({ condition }, nth) => {
    if (!condition) return true;
    const { holds, problem } = evaluateCondition(condition, input);
    if (problem !== undefined) warnings.push(`condition ${nth + 1} counts as false: ${problem}`);
    return holds;
  });
  return { option, warnings };
}

/** The facts of an option that has steps. */
export const evolveChoice: EvolveTable<"optionEntered" | "optionExited"> = {
  optionEntered({ state }, { option, warnings }, { frame: address }) {
    const owner = materialize(state, address);
    const list = innerList(openStep(state, owner), option);
    assert(list !== undefined, "an option that is entered has steps");
    owner.phase = { is: "choice", option, ...(warnings && { warnings }) };
    openFrame(state, childAddress(addressOf(state, owner), option), list, owner.entered + 1);
  },
  optionExited({ state, context }, _, { frame: address }) {
    const child = materialize(state, address);
    const owner = closeChild(state, child, "Succeeded", child.last);
    const { option, warnings } = phaseOf(owner);
    const { goto } = stepOf(openStep(state, owner), "choice").options[option] ?? {};
    owner.last = child.last;
    becomeRunnable(state, owner, {
      is: "settled",
      result: { local: localOf({ context }, child) },
      ...(goto !== undefined && { goto }),
      ...(warnings && { warnings }),
    });
  },
};

function phaseOf({ phase }: Frame): ChoicePhase {
  assert(phase.is === "choice", "an option of a choice is open");
  return phase;
}
