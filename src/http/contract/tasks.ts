import * as z from "zod";
import { CAUSE_LENGTH, ERROR_LENGTH, LEASE_SECONDS_MAX, REPORTS_PER_REQUEST } from "../../core/limits.ts";
import { json, text } from "./common.ts";

const token = z.string().min(1).describe("The task token that came with the task");
const log = z
  .string()
  .optional()
  .describe("What its command wrote, at the most the first 4 and the last 12 KiB of it are kept");
const failure = {
  error: text(ERROR_LENGTH, 1).describe("Name of the error: what `retry` and `catch` go by"),
  cause: text(CAUSE_LENGTH).default("").describe("Why, for people"),
};
/** Another output than an object is refused with a code of its own: the task keeps waiting. */
const output = json.meta({
  type: "object",
  additionalProperties: true,
  description: "What the task gives back",
});
export const succeedBody = z.strictObject({ token, output, log }).meta({ id: "SuccessReport" });
export const failBody = z.strictObject({ token, ...failure, log }).meta({ id: "FailureReport" });
const attempt = z
  .int()
  .min(1)
  .default(1)
  .describe("Of the step: an earlier one than the one that waits is refused");
const waiting = { path: text(4096, 1).describe("Of the step that waits"), attempt };
/** By whoever may operate, in place of whoever has the task's token. */
export const answerBody = z
  .union([z.strictObject({ ...waiting, output }), z.strictObject({ ...waiting, ...failure })])
  .meta({ id: "Answer" });
export const answerOptions = z.strictObject({
  attempt,
  output: output.optional(),
  error: failure.error.optional(),
  cause: failure.cause,
});
export const liveLog = z
  .string()
  .optional()
  .describe("What its command wrote last, up to 4 KiB: shown until the task is over");
export const heartbeatBody = z
  .strictObject({
    token,
    progress: json.optional().describe("Shown with the step until the next one"),
    log: liveLog,
    leaseSeconds: z
      .int()
      .min(1)
      .max(LEASE_SECONDS_MAX)
      .optional()
      .describe("For the lease of the task's message, from now on; absent: as it was asked for"),
  })
  .meta({ id: "Heartbeat" });
export const heartbeatAnswer = z
  .strictObject({ leaseSeconds: z.number().optional().describe("Absent when nobody holds the message") })
  .meta({ id: "Alive" });
/** Either an output or an error; what is neither has a verdict that says so. */
const report = z.union([succeedBody, failBody, z.unknown()]);
export const reportBody = z.strictObject({ reports: z.array(report).min(1).max(REPORTS_PER_REQUEST) });
export const reportAnswer = z.strictObject({ eventId: z.int().min(1) }).meta({ id: "Reported" });
/** Why one of several was refused, while the others were not. */
export const refused = z
  .strictObject({ ok: z.literal(false), code: z.string(), detail: z.string() })
  .meta({ id: "Refused" });
const reported = z
  .strictObject({ ok: z.literal(true), eventId: z.int().min(1).optional() })
  .meta({ id: "Accepted" });
export const verdict = z.union([reported, refused]).meta({ id: "Verdict" });
export const verdictsAnswer = z.strictObject({ verdicts: z.array(verdict) }).meta({ id: "Verdicts" });
