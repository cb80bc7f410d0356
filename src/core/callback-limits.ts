import { DAY_MS, SECOND_MS } from "./time.ts";

/** Of one execution, and of one flow: open callbacks that are told, those that are due next and those that wait longest. */
export const CALLBACKS_OF_EXECUTION_TOLD = 10;
export const CALLBACKS_OF_FLOW_TOLD = 50;
/** Executions of a flow that are looked through for them, those that were started first. */
export const CALLBACK_EXECUTIONS_LOOKED_AT = 500;
/** The path of a step that waits; one with a longer path is counted, and not told. */
export const CALLBACK_PATH_BYTES = 1024;
/** Who was called. */
export const CALLBACK_ASKED_LENGTH = 256;
/** An execution tells what is new about its callbacks at once, and then so often at the most. */
export const CALLBACKS_TOLD_EVERY_MS = 10 * SECOND_MS;
/** A callback needs somebody when so large a part of its time is left, but no more than so long; and when it waits so long. */
export const CALLBACK_NEAR_PART = 1 / 4;
export const CALLBACK_NEAR_MS = 1 * DAY_MS;
export const CALLBACK_LONG_MS = 1 * DAY_MS;
