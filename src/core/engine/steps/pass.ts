import type { StepOf } from "../../fdl/flow.ts";
import { succeedStep } from "../conclude-step.ts";
import { NO_CHILDREN, type StepBehaviour } from "../contract.ts";

export const pass: StepBehaviour<StepOf<"pass">> = {
  ...NO_CHILDREN,
  enter: (turn, frame) => succeedStep(turn, frame, {}),
};
