import * as z from "zod";
import { FOREACH_CONCURRENCY_DEFAULT, FOREACH_CONCURRENCY_MAX, NAME_LENGTH } from "../../limits.ts";
import { PLACES } from "../places.ts";
import { PLAIN_KEY_RULE, end, handling, isPlainKey, stepKeys, steps, json } from "../schema.ts";
import { resultsStayInside } from "../results-stay-inside.ts";
import { type StepDefinition, innerList, valueAt } from "../step-definition.ts";

const COLLECTION = ["iterationMapping", "collection"];
const target = z.string().min(1).max(NAME_LENGTH);

const schema = z.strictObject({
  type: z.literal("foreach"),
  ...stepKeys,
  end,
  iterationMapping: z.strictObject({ collection: json, item: target, index: target.optional() }),
  concurrency: z.int().min(1).max(FOREACH_CONCURRENCY_MAX).default(FOREACH_CONCURRENCY_DEFAULT),
  tolerance: z
    .strictObject({
      count: z.int().min(0).optional(),
      percentage: z.number().min(0).max(100).optional(),
    })
    .refine((tolerance) => Object.keys(tolerance).length > 0, "must hold count, percentage or both")
    .optional(),
  steps,
  ...handling,
});

/** Runs its steps once for each item, many at a time (spec: FDL section 2.6; `concurrency` and `tolerance` are ours). */
export const foreach: StepDefinition<typeof schema> = {
  schema,
  innerLists: (step) => innerList(step, "steps"),
  checkWritten(step, reporter) {
    const collection = valueAt(step, COLLECTION);
    if (collection !== undefined) reporter.value(collection, PLACES.collection, COLLECTION);
    for (const key of ["item", "index"]) {
      const path = ["iterationMapping", key];
      const name = valueAt(step, path);
      if (typeof name !== "string" || isPlainKey(name)) continue;
      // An earlier release took it, as a key that no path can name.
      reporter.report("InvalidValue", path, PLAIN_KEY_RULE);
    }
  },
  checks: [resultsStayInside],
  compile: (raw, compiler) => ({
    type: "foreach",
    ...compiler.common(raw),
    collection: compiler.source(raw.iterationMapping.collection),
    item: raw.iterationMapping.item,
    ...(raw.iterationMapping.index !== undefined && { index: raw.iterationMapping.index }),
    ...compiler.handling(raw),
    concurrency: raw.concurrency,
    ...(raw.tolerance && { tolerance: compileTolerance(raw.tolerance) }),
    body: compiler.list(0),
  }),
};

function compileTolerance({
  count,
  percentage,
}: {
  count?: number | undefined;
  percentage?: number | undefined;
}) {
  return { ...(count !== undefined && { count }), ...(percentage !== undefined && { percentage }) };
}
