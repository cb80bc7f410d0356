import { evaluateSource } from "../../expr/mapping.ts";
import type { StepOf } from "../../fdl/flow.ts";
import type { Json } from "../../json.ts";
import { CAUSE_LENGTH, ERROR_LENGTH } from "../../limits.ts";
import { failUncaught } from "../conclude-step.ts";
import { NO_CHILDREN, type StepBehaviour } from "../contract.ts";
import { stepScope } from "../scope.ts";

/** Nothing catches it inside its own flow (spec: FDL section 2.8). */
export const fail: StepBehaviour<StepOf<"fail">> = {
  ...NO_CHILDREN,
  enter(turn, frame, step) {
    const scope = stepScope(turn, frame);
    failUncaught(turn, frame, {
      error: text(evaluateSource(step.error, scope)).slice(0, ERROR_LENGTH) || "FnF.Fail",
      cause: text(evaluateSource(step.cause, scope)).slice(0, CAUSE_LENGTH),
    });
  },
};

function text(value: Json): string {
  if (typeof value === "string") return value;
  return value === null ? "" : JSON.stringify(value);
}
