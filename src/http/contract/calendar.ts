import * as z from "zod";
import { instant } from "./common.ts";
import { judgement } from "./schedules.ts";

const count = z.int().min(0).optional();

export const calendarQuery = z.strictObject({
  from: instant.describe("Nothing before this time"),
  to: instant.describe("Nothing after this time: at most 400 days later, by hours 32, by minutes 1"),
  by: z
    .enum(["day", "hour", "minute"])
    .default("day")
    .describe("Days, hours or minutes of the schedule's zone"),
});

export const calendarAnswer = z
  .strictObject({
    timeZone: z.string(),
    cells: z
      .array(
        z.strictObject({
          at: instant.describe("When the day, the hour or the minute begins"),
          local: z
            .string()
            .describe("The same on the zone's clocks, as 2026-11-25, 2026-11-25T18:00 or 2026-11-25T18:05"),
          worst: judgement,
          failed: count,
          missed: count,
          late: count,
          running: count,
          waiting: count,
          stopped: count,
          well: count,
          skipped: count,
          paused: count,
        }),
      )
      .describe("Days, hours or minutes in which there was something, with how many firings came to what"),
    clockChanges: z.array(z.strictObject({ at: instant, kind: z.enum(["forward", "back"]) })),
  })
  .meta({ id: "Calendar" });
