import type { StepType } from "./flow.ts";
import type { StepDefinition } from "./step-definition.ts";
import { choice } from "./steps/choice.ts";
import { fail } from "./steps/fail.ts";
import { foreach } from "./steps/foreach.ts";
import { parallel } from "./steps/parallel.ts";
import { pass } from "./steps/pass.ts";
import { succeed } from "./steps/succeed.ts";
import { task } from "./steps/task.ts";
import { wait } from "./steps/wait.ts";

/** The step types of the language: a new one is its file and its row here. */
const STEPS: Record<StepType, unknown> = { task, pass, wait, choice, parallel, foreach, succeed, fail };

export const STEP_TYPES = Object.keys(STEPS);

/**
 * A step's definition by its type. The cast forgets which schema it has: what a definition is given was parsed with its
 * own schema, so it has the shape it takes.
 */
export function stepDefinition(type: string): StepDefinition | undefined {
  const steps: Readonly<Record<string, unknown>> = STEPS;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.hasOwn(STEPS, type) ? (steps[type] as StepDefinition) : undefined;
}
