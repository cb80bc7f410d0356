import { ALARM_SAFETY_MS } from "./limits.ts";
import { MINUTE_MS } from "./time.ts";

/**
 * So long a flow minds an execution that it started. The execution relies on it half as long only, from when it was handed
 * its start (`ALARM_SAFETY_MS`): clocks of two objects differ.
 */
export const NEWCOMER_MS = 2 * ALARM_SAFETY_MS;
/** Of an object that is minded only what is due within this time has an alarm: for all else it gets one when it is let go. */
export const MINDED_ALARM_MS = MINUTE_MS;
/** A start with so large an input at the most is kept in its entry of the index, which lists read. */
export const TAKE_IN_ENTRY_BYTES = 2 * 1024;
/** After so many starts a flow writes which executions it minds no more: a restart reads so many entries in vain. */
export const SETTLED_EVERY_STARTS = 64;
/**
 * Executions that a flow minds at the same time; others mind themselves. Once they were handed their starts, they take 1 MiB
 * at the most, a name and places in maps each, which no formula counts.
 */
export const NEWCOMERS_MAX = 1500;
