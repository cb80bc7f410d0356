import type { StepType } from "../../fdl/flow.ts";
import type { Behaviours, StepBehaviour } from "../contract.ts";
import { choice } from "./choice.ts";
import { fail } from "./fail.ts";
import { foreach } from "./foreach.ts";
import { parallel } from "./parallel.ts";
import { pass } from "./pass.ts";
import { succeed } from "./succeed.ts";
import { task } from "./task.ts";
import { wait } from "./wait.ts";

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
