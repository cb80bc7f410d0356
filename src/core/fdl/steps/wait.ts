import * as z from "zod";
import type { Json } from "../../json.ts";
import { WAIT_SECONDS_MAX } from "../../limits.ts";
import { parseRfc3339 } from "../../time.ts";
import { end, stepKeys } from "../schema.ts";
import type { Reporter, StepDefinition } from "../step-definition.ts";

const schema = z
  .strictObject({
    type: z.literal("wait"),
    ...stepKeys,
    end,
    duration: z.union([z.number(), z.string()]).optional(),
    timestamp: z.string().optional(),
  })
  .refine(
    ({ duration, timestamp }) => (duration === undefined) !== (timestamp === undefined),
    "a wait has either duration (seconds) or timestamp (an instant such as 2027-01-01T00:00:00Z)",
  );

/** Lets time pass: some seconds, or until an instant (spec: FDL section 2.3). */
export const wait: StepDefinition<typeof schema> = {
  schema,
  check({ duration, timestamp }, reporter) {
    if (duration !== undefined && !isPath(duration, "duration", reporter)) checkDuration(duration, reporter);
    if (
      timestamp !== undefined &&
      !isPath(timestamp, "timestamp", reporter) &&
      parseRfc3339(timestamp) === undefined
    ) {
      reporter.report(
        "InvalidValue",
        ["timestamp"],
        'must be an instant such as "2027-01-01T00:00:00Z", or a path into the step\'s input such as "$.until"',
      );
    }
  },
  compile: (raw, compiler) => ({
    type: "wait",
    ...compiler.common(raw),
    ...(raw.duration !== undefined && { duration: compiler.source(raw.duration) }),
    ...(raw.timestamp !== undefined && { timestamp: compiler.source(raw.timestamp) }),
  }),
};

function isPath(value: Json, key: string, reporter: Reporter): boolean {
  if (typeof value !== "string" || !value.startsWith("$")) return false;
  reporter.source(value, [key]);
  return true;
}

function checkDuration(duration: number | string, reporter: Reporter): void {
  const seconds = typeof duration === "number" || duration.trim() !== "" ? Number(duration) : Number.NaN;
  if (Number.isInteger(seconds) && seconds <= WAIT_SECONDS_MAX) return;
  reporter.report(
    "InvalidValue",
    ["duration"],
    `must be whole seconds up to ${WAIT_SECONDS_MAX}, or a path into the step's input such as "$.seconds"`,
  );
}
