import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../time.ts";
import type { CalendarCron, Cron } from "./cron.ts";
import { type Calendar, isMeant } from "./next.ts";
import { segments } from "./zone.ts";

/** What a change of the clock makes of an instant; nothing for most. */
export type Mark = "gap" | "overlapFirst" | "overlapSecond";

/** Whether the fields of an expression allow a wall time (as if it were UTC), with or without its seconds. */
export function matchesWall(cron: CalendarCron, wall: number, withSeconds = true): boolean {
  const day = Math.floor(wall / DAY_MS);
  const time = wall - day * DAY_MS;
  if (!cron.hours.values.includes(Math.floor(time / HOUR_MS))) return false;
  if (!cron.minutes.values.includes(Math.floor(time / MINUTE_MS) % 60)) return false;
  if (withSeconds && !cron.seconds.values.includes(Math.floor(time / SECOND_MS) % 60)) return false;
  return isMeant(cron, day);
}

/**
 * Marks an instant of an expression: `gap` when it stands for local times that do not exist, the other two when its
 * local time exists twice (spec: schedules, "Daylight saving").
 */
export function markOf(cron: Cron, { timeZone }: Calendar, at: number): Mark | undefined {
  if (cron.kind !== "calendar") return undefined;
  const stretches = segments(timeZone, at - 26 * HOUR_MS, at + 26 * HOUR_MS);
  const position = stretches.findIndex(({ to }) => at < to);
  const [before, now, after] = [stretches[position - 1], stretches[position], stretches[position + 1]];
  if (!now) return undefined;
  const wall = at + now.offset;
  if (!matchesWall(cron, wall)) return "gap";
  if (after && wall >= after.from + after.offset) return "overlapFirst";
  return before && wall < now.from + before.offset ? "overlapSecond" : undefined;
}
