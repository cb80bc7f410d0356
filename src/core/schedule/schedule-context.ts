import type { Entry } from "./entry.ts";
import type { ScheduleStore } from "./store.ts";

/** One command's work on one schedule. */
export interface ScheduleContext {
  readonly store: ScheduleStore;
  readonly entry: Entry;
  readonly now: number;
}
