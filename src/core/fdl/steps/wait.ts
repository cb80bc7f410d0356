import * as z from "zod";
import { PLACES } from "../places.ts";
import { end, stepKeys, json } from "../schema.ts";
import { type StepDefinition, checkOf } from "../step-definition.ts";

const schema = z.strictObject({
  type: z.literal("wait"),
  ...stepKeys,
  end,
  duration: json.optional(),
  timestamp: json.optional(),
});

/** Lets time pass: some seconds, or until an instant (spec: FDL section 2.3). */
export const wait: StepDefinition<typeof schema> = {
  schema,
  places: { outputMappings: PLACES.plainOutputMappings },
  checks: [
    checkOf(["duration", "timestamp"], ({ duration, timestamp }, reporter) => {
      if (duration !== undefined) reporter.value(duration, PLACES.duration, ["duration"]);
      if (timestamp !== undefined) reporter.value(timestamp, PLACES.timestamp, ["timestamp"]);
      if ((duration === undefined) !== (timestamp === undefined)) return;
      const message =
        "a wait has either duration (seconds) or timestamp (an instant such as 2027-01-01T00:00:00Z)";
      reporter.report("InvalidValue", [], message);
    }),
  ],
  compile: (raw, compiler) => ({
    type: "wait",
    ...compiler.common(raw),
    ...(raw.duration !== undefined && { duration: compiler.source(raw.duration) }),
    ...(raw.timestamp !== undefined && { timestamp: compiler.source(raw.timestamp) }),
  }),
};
