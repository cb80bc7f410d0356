import * as z from "zod";
import { from, instant, to } from "./common.ts";

const count = z.int().min(0);

export const depthQuery = z.strictObject({
  from: from.describe("Not before this time; without it three hours ago"),
  to: to.describe("Not after this time; without it now"),
});
export const depthAnswer = z
  .strictObject({
    from: instant,
    stepSeconds: z.int().describe("From one point to the next: a minute, or ten"),
    points: z
      .array(z.tuple([count, count, count, count, count]))
      .describe(
        "Of each step the most that was ready, and in flight; how long the next one had waited, in milliseconds; how many came, and were taken away",
      ),
  })
  .meta({ id: "QueueHistory" });
