import type { StepOf } from "../../fdl/flow.ts";
import { succeedStep } from "../conclude-step.ts";
import { type EvolveTable, NO_CHILDREN, type StepBehaviour } from "../contract.ts";
import { materialize } from "../frame-changes.ts";
import { takeRoom } from "../open-memory.ts";
import { stepInput } from "../scope.ts";
import { NEW_FAN, enterNext, exitChild, failOwner, fanOf, gather } from "./children.ts";
import type { FactType } from "../state/fact.ts";
import { type Transitions, row } from "../state/transition.ts";

export const PARALLEL_TRANSITIONS = {
  parallelStarted: [row(["ready"], ["parallel"])],
} as const satisfies Partial<Transitions<FactType>>;

/** Runs its branches side by side (spec: FDL section 2.5). */
export const parallel: StepBehaviour<StepOf<"parallel">> = {
  ...NO_CHILDREN,
  enter(turn, frame, { branches }) {
    turn.emit({ type: "parallelStarted", frame: frame.address, count: branches.length });
    enterNext(turn, frame, branches.length);
  },
  continueStep(turn, frame) {
    const { next, count, succeeded } = fanOf(frame);
    if (next < count) {
      if (takeRoom(turn.state, frame, 1) > 0) enterNext(turn, frame, count);
    } else if (succeeded === count) succeedStep(turn, frame, gather(turn, frame));
  },
  childEnded: exitChild,
  childFailed: failOwner,
  childInput: (execution, frame) => stepInput(execution, frame),
  defaultOutput: "empty",
  inputIs: "handedOn",
};

/** What a parallel has of its own. */
export const evolveParallel: EvolveTable<"parallelStarted"> = {
  parallelStarted({ state }, { count }, { frame: address }) {
    materialize(state, address).phase = { is: "parallel", count, ...NEW_FAN };
  },
};
