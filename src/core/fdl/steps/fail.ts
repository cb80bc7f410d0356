import * as z from "zod";
import { PLACES } from "../places.ts";
import { stepKeys, json } from "../schema.ts";
import { type StepDefinition, checkOf } from "../step-definition.ts";

const schema = z.strictObject({
  type: z.literal("fail"),
  ...stepKeys,
  error: json.default("FnF.Fail"),
  cause: json.default(""),
});

/** Fails its list, the step around it, and so on up to the flow (spec: FDL section 2.8). */
export const fail: StepDefinition<typeof schema> = {
  schema,
  endsList: () => true,
  checks: [
    checkOf(["error"], ({ error }, reporter) => reporter.value(error, PLACES.error, ["error"])),
    checkOf(["cause"], ({ cause }, reporter) => reporter.value(cause, PLACES.cause, ["cause"])),
  ],
  compile: (raw, compiler) => ({
    type: "fail",
    ...compiler.common(raw),
    error: compiler.source(raw.error),
    cause: compiler.source(raw.cause),
  }),
};
