import * as z from "zod";
import { BRANCHES_MAX } from "../../limits.ts";
import { end, handling, stepKeys, steps } from "../schema.ts";
import { resultsStayInside } from "../results-stay-inside.ts";
import { type StepDefinition, countUnder, innerList } from "../step-definition.ts";

const schema = z.strictObject({
  type: z.literal("parallel"),
  ...stepKeys,
  end,
  branches: z.array(z.strictObject({ steps })).min(1).max(BRANCHES_MAX),
  ...handling,
});

/** Runs its branches side by side (spec: FDL section 2.5). */
export const parallel: StepDefinition<typeof schema> = {
  schema,
  innerLists: (step) =>
    Array.from({ length: countUnder(step, "branches") }, (_, nth) =>
      innerList(step, "branches", nth, "steps"),
    ).flat(),
  checks: [resultsStayInside],
  compile: (raw, compiler) => ({
    type: "parallel",
    ...compiler.common(raw),
    ...compiler.handling(raw),
    branches: raw.branches.map((_, nth) => compiler.list(nth)),
  }),
};
