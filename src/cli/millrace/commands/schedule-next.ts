import type * as z from "zod";
import type { schedule as scheduleShape } from "../../../http/contract/schedules.ts";
import { time } from "../format.ts";

/** When a schedule starts something next, and what is left out before. */
export function nextOf({
  nextAt,
  leftOut,
  timeZone,
}: Pick<z.output<typeof scheduleShape>, "nextAt" | "leftOut" | "timeZone">): string {
  const next = time(nextAt, timeZone);
  if (!leftOut) return next;
  return `${next || "none found"} (${time(leftOut.at, timeZone)} is ${leftOut.verdict})`;
}
