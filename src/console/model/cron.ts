import type { Schedule } from "../api/types.ts";

/** The expressions of a schedule, as they were written. */
export function cronsOf({ cron }: Pick<Schedule, "cron">): readonly string[] {
  return typeof cron === "string" ? [cron] : cron;
}
