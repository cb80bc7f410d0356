import * as z from "zod";
import { description, instant, name, queryNumber } from "./common.ts";

export const flowParams = z.strictObject({ flow: name });
export const putFlowBody = z.strictObject({ definition: z.string(), description: description.optional() });
export const validateBody = z.strictObject({ definition: z.string() });
export const versionQuery = z.strictObject({ version: queryNumber(1, Number.MAX_SAFE_INTEGER).optional() });

const severity = z.enum(["error", "warning", "info"]);
export const diagnostic = z.strictObject({
  code: z.string(),
  severity,
  message: z.string(),
  path: z.string(),
  line: z.int(),
  column: z.int(),
});
export const flowAnswer = z.strictObject({
  name,
  version: z.int(),
  description: description.optional(),
  createdAt: instant,
  updatedAt: instant,
});
export const putFlowAnswer = flowAnswer.extend({ diagnostics: z.array(diagnostic) });
export const flowWithDefinition = flowAnswer.extend({ definition: z.string() });
export const validateAnswer = z.strictObject({ valid: z.boolean(), diagnostics: z.array(diagnostic) });
