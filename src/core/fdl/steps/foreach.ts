import * as z from "zod";
import { FOREACH_CONCURRENCY_DEFAULT, FOREACH_CONCURRENCY_MAX, NAME_LENGTH } from "../../limits.ts";
import { end, json, stepKeys, steps } from "../schema.ts";
import type { StepDefinition } from "../step-definition.ts";

const key = z.string().min(1).max(NAME_LENGTH);

const schema = z.strictObject({
  type: z.literal("foreach"),
  ...stepKeys,
  end,
  iterationMapping: z.strictObject({ collection: json, item: key, index: key.optional() }),
  concurrency: z.int().min(1).max(FOREACH_CONCURRENCY_MAX).default(FOREACH_CONCURRENCY_DEFAULT),
  steps,
});

/** Runs its steps once for each item, many at a time (spec: FDL section 2.6; `concurrency` is ours). */
export const foreach: StepDefinition<typeof schema> = {
  schema,
  innerLists: (raw) => [{ path: ["steps"], steps: raw.steps }],
  check(raw, reporter) {
    const { collection } = raw.iterationMapping;
    reporter.source(collection, ["iterationMapping", "collection"]);
    const isPath = typeof collection === "string" && collection.startsWith("$");
    if (!isPath && !Array.isArray(collection)) {
      reporter.report(
        "InvalidValue",
        ["iterationMapping", "collection"],
        'must be a path into the step\'s input, such as "$.names", or an array',
      );
    }
    if (!raw.outputMappings) {
      reporter.report(
        "ResultsStayInside",
        ["name"],
        "without outputMappings a foreach outputs {}: add e.g. `{target: results, source: $local[*]}` to bring the results out",
      );
    }
  },
  compile: (raw, compiler) => ({
    type: "foreach",
    ...compiler.common(raw),
    collection: compiler.source(raw.iterationMapping.collection),
    item: raw.iterationMapping.item,
    ...(raw.iterationMapping.index !== undefined && { index: raw.iterationMapping.index }),
    concurrency: raw.concurrency,
    body: compiler.list(0),
  }),
};
