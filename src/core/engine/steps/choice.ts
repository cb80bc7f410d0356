import { evaluateCondition } from "../../expr/condition/evaluate.ts";
import { type StepOf, stepOf } from "../../fdl/flow.ts";
import type { JsonObject } from "../../json.ts";
import { assert } from "../../result.ts";
import { succeedStep } from "../advance.ts";
import { type EvolveTable, NO_CHILDREN, type StepBehaviour } from "../contract.ts";
import { becomeRunnable } from "../evolve.ts";
import type { Frame } from "../state/execution-state.ts";
import type { ChoicePhase } from "../state/phase.ts";
import { childPath } from "../state/addresses.ts";
import { stepInput } from "../scope.ts";
import { closeChild, failOwner, openChild } from "./children.ts";

type ChoiceStep = StepOf<"choice">;

/** Takes the first option whose condition holds: its steps, then its goto (spec: FDL section 2.4). */
export const choice: StepBehaviour<ChoiceStep> = {
  ...NO_CHILDREN,
  enter(turn, frame, step) {
    const { option, warnings } = choose(step, stepInput(turn.execution, frame));
    const chosen = step.options[option];
    if (chosen?.list === undefined) {
      succeedStep(turn, frame, {}, { warnings, ...(chosen?.goto !== undefined && { goto: chosen.goto }) });
    } else {
      const told = warnings.length > 0 ? { warnings } : {};
      turn.emit({ type: "optionEntered", frame: frame.path, option, ...told });
    }
  },
  childEnded: (turn, _, child) => turn.emit({ type: "optionExited", frame: child.path }),
  childFailed: failOwner,
  childKind: "option",
  childList: (step, index) => step.options[index]?.list,
  childInput: (execution, frame) => stepInput(execution, frame),
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
  optionEntered(execution, { frame: path, option, warnings }) {
    const owner = execution.open(path);
    const list = choice.childList(stepOf(execution.step(owner), "choice"), option);
    assert(list !== undefined, "an option that is entered has steps");
    owner.phase = { is: "choice", option, ...(warnings && { warnings }) };
    openChild(execution, childPath(execution.stepPath(owner), option), list, owner.entered + 1);
  },
  optionExited(execution, { frame: path }) {
    const { last } = execution.open(path);
    const { owner, child } = closeChild(execution, path, "Succeeded", last);
    const { option, warnings } = phaseOf(owner);
    const { goto } = stepOf(execution.step(owner), "choice").options[option] ?? {};
    owner.last = last;
    becomeRunnable(execution, owner, {
      is: "settled",
      result: { local: child.local },
      ...(goto !== undefined && { goto }),
      ...(warnings && { warnings }),
    });
  },
};

function phaseOf({ phase }: Frame): ChoicePhase {
  assert(phase.is === "choice", "an option of a choice is open");
  return phase;
}
