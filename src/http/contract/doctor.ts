import * as z from "zod";
import { FINDING_CODES, INSPECTED_KINDS } from "../../core/inspection-kinds.ts";
import { flowName, instant, name } from "./common.ts";

export const doctorBody = z
  .strictObject({
    heal: z.boolean().default(true).describe("What can be healed is; else everything is only told"),
    flow: flowName.optional().describe("Only this flow, and its executions"),
  })
  .meta({ id: "DoctorRequest" });

const round = z.int().min(1).describe("Number of the inspection");
export const doctorStarted = z.strictObject({ round }).meta({ id: "DoctorStarted" });

const finding = z
  .strictObject({
    code: z.enum(FINDING_CODES),
    kind: z
      .enum(INSPECTED_KINDS)
      .describe("Sort of the object that found it; `shard`: some of the schedules"),
    object: z.string().describe("Name of that object"),
    name: z
      .string()
      .optional()
      .describe(
        "What of it: an execution and maybe its effect, `flow/schedule` and maybe an execution, an effect",
      ),
    since: instant,
    foundAt: instant,
    detail: z.string(),
    healed: z.boolean().describe("It was, and is as it should be now; shown for a week"),
  })
  .meta({ id: "Finding" });

export const doctorAnswer = z
  .strictObject({
    round: round
      .optional()
      .describe("Of the last inspection, or of the one under way; absent before the first"),
    startedAt: instant.optional(),
    endedAt: instant.optional().describe("Absent while it is under way"),
    by: z.string().optional().describe("Who asked for it; absent: it comes each hour"),
    flow: name.optional().describe("The only flow that it visits"),
    heal: z.boolean().optional(),
    visited: z.int().min(0).optional(),
    of: z.int().min(0).optional().describe("Objects that it visits, as far as was known when it began"),
    findings: z.array(finding).describe("The open ones first, the newest first"),
    counts: z.partialRecord(z.enum(FINDING_CODES), z.int().min(1)).describe("Open findings by their codes"),
  })
  .meta({ id: "DoctorReport" });
