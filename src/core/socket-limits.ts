import { SECOND_MS } from "./time.ts";

/** Workers that are connected to one queue at the same time. */
export const WORKER_SOCKETS_MAX = 1000;
/** What one of them may ask for ahead: as many messages as the largest runner has slots. */
export const SOCKET_CREDITS_MAX = 1000;
/** Of one frame: more go with the next, and others get theirs in between. */
export const SOCKET_MESSAGES_MAX = 16;
/** Messages that a worker says it holds when it connects; who holds more leaves it to their leases. */
export const SOCKET_HOLDS_MAX = 1000;
/** Of one frame from a worker, in characters: what the platform has always let through. */
export const SOCKET_FRAME_LENGTH = 1_048_576;
/** Frames from one socket that are in hand at once: whoever sends more does not wait for answers. */
export const SOCKET_FRAMES_AT_ONCE = 16;
/** Frames to a worker that it has not said to have seen: with so many it gets no more messages, with so many it is closed. */
export const SOCKET_UNSEEN_MAX = 4;
export const SOCKET_UNSEEN_ANSWERS_MAX = 64;
/** Frames of one socket that could not be read, before it is closed: a program that is wrong stays wrong. */
export const SOCKET_BAD_FRAMES_MAX = 10;
/** A worker that said nothing for as long, no ping either, is taken for gone when something is to be handed to it. */
export const SOCKET_SILENT_MS = 90 * SECOND_MS;
/** For what comes back sooner a queue with sockets stays awake; for what comes later it sets its alarm, and sleeps. */
export const QUEUE_AWAKE_MS = 60 * SECOND_MS;
