import * as z from "zod";
import { end, stepKeys } from "../schema.ts";
import { PLACES } from "../places.ts";
import type { StepDefinition } from "../step-definition.ts";

const schema = z.strictObject({ type: z.literal("pass"), ...stepKeys, end });

/** Emits constants or reshapes its input (spec: FDL section 2.2). */
export const pass: StepDefinition<typeof schema> = {
  schema,
  places: { outputMappings: PLACES.plainOutputMappings },
  compile: (raw, compiler) => ({ type: "pass", ...compiler.common(raw) }),
};
