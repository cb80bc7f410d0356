import { HOUR_MS, MINUTE_MS } from "./time.ts";

/** Of a night, or of a day: what is asked for at once. */
export const NIGHT_MS_MAX = 48 * HOUR_MS;
/** Schedules that one night tells of, the worst first. */
export const NIGHT_ITEMS_MAX = 500;
/** Runs of one schedule that are told one by one; of more their half hours are. */
export const NIGHT_RUNS_MAX = 48;
/** Sealed rows of ledgers that one shard reads for a night whose half hours are not counted any more. */
export const NIGHT_ROWS_MAX = 2000;
/** The soonest starts that are told beside a night. */
export const NIGHT_NEXT_MAX = 10;
/** Firings are counted by half hours: zones differ by no less, but for three of them. */
export const LATELY_CELL_MS = 30 * MINUTE_MS;
/** So many of them, the newest: two days. */
export const LATELY_CELLS = 96;
/** Of a schedule's calendar: what is asked for at once, by days, by hours and by minutes. */
export const CALENDAR_DAYS_MAX = 400;
export const CALENDAR_HOUR_DAYS_MAX = 32;
export const CALENDAR_MINUTE_DAYS_MAX = 1;
/** Calendars that a shard keeps in memory until their schedules change. */
export const CALENDARS_KEPT = 20;
/** Instants, and days, that are looked at for the next odd ones. */
export const ODD_LOOKED_AT_MAX = 10_000;
export const ODD_DAYS_MAX = 400;
