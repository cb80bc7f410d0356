import * as z from "zod";
import { causeText, errorName, stepKeys } from "../schema.ts";
import type { StepDefinition } from "../step-definition.ts";

const schema = z.strictObject({
  type: z.literal("fail"),
  ...stepKeys,
  error: errorName.default("FnF.Fail"),
  cause: causeText.default(""),
});

/** Fails its list, the step around it, and so on up to the flow (spec: FDL section 2.8). */
export const fail: StepDefinition<typeof schema> = {
  schema,
  endsList: () => true,
  check(raw, reporter) {
    reporter.source(raw.error, ["error"]);
    reporter.source(raw.cause, ["cause"]);
  },
  compile: (raw, compiler) => ({
    type: "fail",
    ...compiler.common(raw),
    error: compiler.source(raw.error),
    cause: compiler.source(raw.cause),
  }),
};
