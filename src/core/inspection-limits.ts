import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";

/** What has something open is inspected so often; all else once in as many rounds. */
export const INSPECTED_EVERY_MS = 1 * HOUR_MS;
export const INSPECTED_IDLE_ROUNDS = 24;
/** A flow that started something so long ago counts as having something open: more than a day of rounds. */
export const INSPECTED_ACTIVE_MS = 25 * HOUR_MS;
/** What is due by itself so soon is open; what is due later waits for its day. */
export const INSPECTED_DUE_MS = 1 * DAY_MS;
/** Objects that one slice of a round visits, and calls that it makes of those that have much to tell. */
export const INSPECTED_AT_ONCE = 50;
export const INSPECTION_CALLS_MAX = 200;
/** Executions that one call asks how they are. */
export const EXECUTIONS_INSPECTED_AT_ONCE = 100;
/** Entries of an index that one call looks through for them. */
export const ENTRIES_INSPECTED_AT_ONCE = 2000;
/** Queues that an execution tells it waits for. */
export const AWAITED_QUEUES_TOLD = 10;
/** Executions that a flow did not know and that were removed: the last of them are told for longer than a day of rounds. */
export const UNKNOWN_EXECUTIONS_KEPT = 100;
export const UNKNOWN_EXECUTIONS_TOLD_MS = 25 * HOUR_MS;
/** Of one shard: firings without an end that are asked for, of rows of so many days, out of so many. */
export const FIRINGS_INSPECTED_AT_ONCE = 200;
export const FIRINGS_INSPECTED_MS = 2 * DAY_MS;
export const LEDGER_ROWS_INSPECTED = 20_000;
/** What began or ended just now is still being told. */
export const INSPECTION_GRACE_MS = 10 * MINUTE_MS;
/** Findings that are kept, the newest; those that were healed for a week. */
export const FINDINGS_KEPT = 1000;
export const HEALED_KEPT_MS = 7 * DAY_MS;
/** Findings that one visit tells. */
export const FINDINGS_TOLD_MAX = 200;
export const FINDING_DETAIL_LENGTH = 512;
/** Messages wait for workers that do not come. */
export const WORKERS_AWAITED_MS = 1 * HOUR_MS;
/** A pause that somebody may have forgotten. */
export const PAUSED_LONG_MS = 7 * DAY_MS;
/** The part of a limit from which on it is near. */
export const NEAR_LIMIT = 0.8;
