import { SECOND_MS } from "./time.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Reports of one worker's call go through the queue's object up to so many bytes, larger ones straight to their executions. */
export const REPORTS_PASSED_ON_BYTES = 256 * KIB;
/** One call of an execution: as much as it commits without holding up others for long. */
export const REPORTS_PER_CALL = 1000;
export const REPORTS_CALL_BYTES = 4 * MIB;
/** After an answer the next call waits for those to come back who were answered, as long as no pause is longer than this. */
export const REPORTS_PAUSE_MS = 20;
/** And no longer than this: as long as a machine that is busy with 32 of them takes. */
export const REPORTS_GATHERED_MS = 50;
/** On their way through one queue, in memory; beyond that workers are asked to come again. */
export const REPORTS_UNDER_WAY_BYTES = 16 * MIB;
/** An execution that is silent for so long holds up those no longer who report to it. */
export const REPORTS_SILENCE_MS = 5 * SECOND_MS;
