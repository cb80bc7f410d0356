import { DAY_MS } from "./time.ts";

/** Starts of a paused flow that wait for its resume. */
export const HELD_STARTS_MAX = 100_000;
/** What waited for so long fails, so that whoever waits for it hears of it. */
export const HELD_MS = 30 * DAY_MS;

/** Why somebody does something, in his own words. */
export const REASON_LENGTH = 256;
/** The time limit of an execution stands still in its pauses, for so long in all: nothing runs for ever. */
export const PAUSE_CREDIT_MS = 90 * DAY_MS;
