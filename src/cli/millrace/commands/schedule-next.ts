import type * as z from "zod";
import type { schedule as scheduleShape } from "../../../http/contract/schedules.ts";
import { time } from "../format.ts";

type Shown = Pick<z.output<typeof scheduleShape>, "nextAt" | "leftOut" | "timeZone" | "parked">;

/** When a schedule starts something next, and what is left out before; of one that does not fire, why. */
export function nextOf({ nextAt, leftOut, timeZone, parked }: Shown): string {
  if (parked) return `never: ${parked.reason}`;
  const next = time(nextAt, timeZone);
  if (!leftOut) return next;
  return `${next || "none found"} (${time(leftOut.at, timeZone)} is ${leftOut.verdict})`;
}
