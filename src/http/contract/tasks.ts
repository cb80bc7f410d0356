import * as z from "zod";
import { CAUSE_LENGTH, ERROR_LENGTH, REPORTS_PER_REQUEST } from "../../core/limits.ts";
import { json } from "./common.ts";

const token = z.string().min(1);
const failure = {
  error: z.string().min(1).max(ERROR_LENGTH),
  cause: z.string().max(CAUSE_LENGTH).default(""),
};
export const succeedBody = z.strictObject({ token, output: json });
export const failBody = z.strictObject({ token, ...failure });
export const heartbeatBody = z.strictObject({ token });
/** Either an output or an error; what is neither has a verdict that says so. */
const report = z.union([succeedBody, failBody, z.unknown()]);
export const reportBody = z.strictObject({ reports: z.array(report).min(1).max(REPORTS_PER_REQUEST) });
export const reportAnswer = z.strictObject({ eventId: z.int() });
export const verdict = z.union([
  z.strictObject({ ok: z.literal(true), eventId: z.int().optional() }),
  z.strictObject({ ok: z.literal(false), code: z.string(), detail: z.string() }),
]);
export const verdictsAnswer = z.strictObject({ verdicts: z.array(verdict) });
