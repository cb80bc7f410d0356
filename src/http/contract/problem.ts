import * as z from "zod";
import { diagnostic } from "./flows.ts";

/** What every refusal and failure looks like (RFC 9457). */
export const problem = z
  .strictObject({
    type: z.string().meta({ format: "uri-reference" }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe("What to do about it"),
    code: z.string().describe("For programs: the same in every release"),
    requestId: z.string().describe("To tell the operator"),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .describe("Which parts of the request are wrong"),
    diagnostics: z.array(diagnostic).optional().describe("What is wrong with a flow definition"),
  })
  .meta({ id: "Problem" });
