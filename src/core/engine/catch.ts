import type { CatchPolicy, Step } from "../fdl/flow.ts";
import type { JsonObject } from "../json.ts";
import { matchesError } from "./error-names.ts";
import type { Execution } from "./contract.ts";
import type { Frame } from "./state/execution-state.ts";
import type { Failure } from "./state/phase.ts";
import { mapOutput } from "./scope.ts";

export function catching(step: Step, error: string): CatchPolicy | undefined {
  return "catch" in step ? step.catch.find(({ errors }) => matchesError(errors, error)) : undefined;
}

/** What a caught failure leaves in the list's local variable: nothing without errorMappings (spec: FDL section 6.3). */
export function failureOutput(execution: Execution, frame: Frame, step: Step, failure: Failure): JsonObject {
  const mappings = "errorMappings" in step ? step.errorMappings : undefined;
  if (!mappings) return {};
  const { error, cause } = failure;
  return mapOutput(execution, frame, mappings, { error, code: error, cause });
}
