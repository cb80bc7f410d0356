import * as z from "zod";
import { type Condition, parseCondition, readCondition } from "../../expr/condition/parse.ts";
import { BRANCHES_MAX } from "../../limits.ts";
import { assert } from "../../result.ts";
import { PLACES } from "../places.ts";
import { end, handling, name, stepKeys, steps } from "../schema.ts";
import { type StepDefinition, countUnder, innerList, jumpAt, listAt, valueAt } from "../step-definition.ts";

const way = { steps: steps.optional(), goto: name.optional() };

const schema = z.strictObject({
  type: z.literal("choice"),
  ...stepKeys,
  end,
  choices: z
    .array(z.strictObject({ condition: z.string(), ...way }))
    .min(1)
    .max(BRANCHES_MAX),
  default: z.strictObject(way).optional(),
  ...handling,
});

type Raw = z.output<typeof schema>;

/** Takes the first option whose condition holds (spec: FDL section 2.4). */
export const choice: StepDefinition<typeof schema> = {
  schema,
  innerLists: (step) => [
    ...Array.from({ length: countUnder(step, "choices") }, (_, nth) =>
      innerList(step, "choices", nth, "steps"),
    ).flat(),
    ...innerList(step, "default", "steps"),
  ],
  checkWritten(step, reporter) {
    for (const [nth, option] of (listAt(step, ["choices"]) ?? []).slice(0, BRANCHES_MAX).entries()) {
      const condition = valueAt(option, ["condition"]);
      if (typeof condition !== "string") continue;
      const parsed = parseCondition(condition, PLACES.condition);
      if (!parsed.ok) reporter.report("InvalidCondition", ["choices", nth, "condition"], parsed.detail);
    }
  },
  endsList: (raw) => raw.end === true || waysOf(raw).every(({ goto }) => goto !== undefined),
  jumps: (step) => [
    ...Array.from({ length: countUnder(step, "choices") }, (_, nth) =>
      jumpAt(step, "choices", nth, "goto"),
    ).flat(),
    ...jumpAt(step, "default", "goto"),
  ],
  compile(raw, compiler) {
    let inner = 0;
    const compileWay = ({ steps: list, goto }: Raw["choices"][number] | NonNullable<Raw["default"]>) => ({
      ...(list && { list: compiler.list(inner++) }),
      ...(goto !== undefined && { goto: compiler.sibling(goto) }),
    });
    const options = raw.choices.map((option) => ({
      condition: compileCondition(option.condition),
      written: option.condition,
      ...compileWay(option),
    }));
    return {
      type: "choice",
      ...compiler.common(raw),
      ...compiler.handling(raw),
      options: raw.default ? [...options, compileWay(raw.default)] : options,
    };
  },
};

/** All that can happen; without a default it may be nothing. */
function waysOf(raw: Raw): readonly { goto?: string | undefined }[] {
  return [...raw.choices, raw.default ?? {}];
}

function compileCondition(text: string): Condition {
  const parsed = readCondition(text, PLACES.condition);
  assert(parsed.ok, "a stored definition has only well-formed conditions");
  return parsed.condition;
}
