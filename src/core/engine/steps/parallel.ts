import type { StepOf } from "../../fdl/flow.ts";
import { succeedStep } from "../advance.ts";
import { type EvolveTable, NO_CHILDREN, type StepBehaviour } from "../contract.ts";
import { stepInput } from "../scope.ts";
import { NEW_FAN, enterNext, exitChild, failOwner, fanOf, gather } from "./children.ts";

/** Runs its branches side by side (spec: FDL section 2.5). */
export const parallel: StepBehaviour<StepOf<"parallel">> = {
  ...NO_CHILDREN,
  enter(turn, frame, { branches }) {
    turn.emit({ type: "parallelStarted", frame: frame.path, count: branches.length });
    enterNext(turn, frame, branches.length);
  },
  continueStep(turn, frame) {
    const { next, count, succeeded } = fanOf(frame);
    if (next < count) enterNext(turn, frame, count);
    else if (succeeded === count) succeedStep(turn, frame, gather(turn.execution, frame));
  },
  childEnded: exitChild,
  childFailed: failOwner,
  childKind: "branch",
  childList: ({ branches }, index) => branches[index],
  childInput: (execution, frame) => stepInput(execution, frame),
  defaultOutput: "empty",
};

/** What a parallel has of its own. */
export const evolveParallel: EvolveTable<"parallelStarted"> = {
  parallelStarted(execution, { frame: path, count }) {
    execution.open(path).phase = { is: "parallel", count, ...NEW_FAN };
  },
};
