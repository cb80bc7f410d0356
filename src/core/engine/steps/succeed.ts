import type { StepOf } from "../../fdl/flow.ts";
import { succeedStep } from "../conclude-step.ts";
import { NO_CHILDREN, type StepBehaviour } from "../contract.ts";

/** Its definition says `end`, which closes the list (spec: FDL section 2.7). */
export const succeed: StepBehaviour<StepOf<"succeed">> = {
  ...NO_CHILDREN,
  enter: (turn, frame) => succeedStep(turn, frame, {}),
};
