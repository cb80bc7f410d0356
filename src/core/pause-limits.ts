import { DAY_MS } from "./time.ts";

/** Why somebody does something, in his own words. */
export const REASON_LENGTH = 256;
/** The time limit of an execution stands still in its pauses, for so long in all: nothing runs for ever. */
export const PAUSE_CREDIT_MS = 90 * DAY_MS;
