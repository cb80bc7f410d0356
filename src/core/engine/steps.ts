import type { StepType } from "../fdl/flow.ts";
import type { Behaviours, StepBehaviour } from "./behaviour.ts";
import { choice } from "./steps/choice.ts";
import { fail } from "./steps/fail.ts";
import { foreach } from "./steps/foreach.ts";
import { parallel } from "./steps/parallel.ts";
import { pass } from "./steps/pass.ts";
import { succeed } from "./steps/succeed.ts";
import { task } from "./steps/task.ts";
import { wait } from "./steps/wait.ts";

/** How each step type runs: a new one is its file and its row here. */
const BEHAVIOURS: { readonly [T in StepType]: unknown } = {
  task,
  pass,
  wait,
  choice,
  parallel,
  foreach,
  succeed,
  fail,
};

/** The cast forgets the step's type: a behaviour is only ever given steps of its own. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
export const behaviours: Behaviours = (step) => BEHAVIOURS[step.type] as StepBehaviour;
