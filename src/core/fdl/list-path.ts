import type { DocumentPath } from "./diagnostic.ts";
import { type Step, stepOf } from "./flow.ts";

/** Where the list stands in a step's own text that runs as its child of this index. */
export function innerListPath(step: Step, index: number): DocumentPath {
  if (step.type === "parallel") return ["branches", index, "steps"];
  if (step.type !== "choice") return ["steps"];
  const isDefault = stepOf(step, "choice").options[index]?.condition === undefined;
  return isDefault ? ["default", "steps"] : ["choices", index, "steps"];
}
