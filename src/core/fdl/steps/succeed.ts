import * as z from "zod";
import { stepKeys } from "../schema.ts";
import { PLACES } from "../places.ts";
import type { StepDefinition } from "../step-definition.ts";

const schema = z.strictObject({ type: z.literal("succeed"), ...stepKeys });

/** Ends its serial list successfully (spec: FDL section 2.7). */
export const succeed: StepDefinition<typeof schema> = {
  schema,
  places: { outputMappings: PLACES.plainOutputMappings },
  endsList: () => true,
  compile: (raw, compiler) => ({ type: "succeed", ...compiler.common({ ...raw, end: true }) }),
};
