import {
  SOCKET_CREDITS_MAX,
  SOCKET_MESSAGES_MAX,
  SOCKET_UNSEEN_ANSWERS_MAX,
  SOCKET_UNSEEN_MAX,
} from "../socket-limits.ts";
import { type Result, reject } from "../result.ts";

/** What is known of a worker's socket. It lies beside the socket, and outlives the memory of its object. */
export interface Socket {
  /** The last frame of the worker whose wishes were counted, by its id. */
  readonly heard: number;
  /** The last frame to the worker, and the last that it said to have seen, by their numbers. */
  readonly told: number;
  readonly seen: number;
  /** Messages that it may still be given. */
  readonly credits: number;
  /** It takes no more messages. */
  readonly saidBye: boolean;
}

/** What a frame of a worker says besides what a call of it says. */
export interface FrameWishes {
  /** Absent of a frame that has nothing to be answered. */
  readonly id?: number;
  readonly seen: number;
  /** So many more messages. */
  readonly take: number;
  readonly bye: boolean;
}

export const NEW_SOCKET: Socket = { heard: 0, told: 0, seen: 0, credits: 0, saidBye: false };

/**
 * Takes in what a frame wishes. A frame that comes again by its id is answered again, and counts once: what else it says
 * is harmless to repeat. Rejections: InvalidFrame, with what the worker said wrong.
 */
export function hear(socket: Socket, { id, seen, take, bye }: FrameWishes): Result<{ socket: Socket }> {
  if (seen > socket.told)
    return reject("InvalidFrame", `seen: no frame has the number ${seen}, the last one is ${socket.told}`);
  const isNew = id !== undefined && id > socket.heard;
  const credits = socket.credits + (isNew ? take : 0);
  if (credits > SOCKET_CREDITS_MAX) {
    const detail = `take: ${socket.credits} messages are asked for already, and with these there were more than ${SOCKET_CREDITS_MAX}`;
    return reject("InvalidFrame", detail);
  }
  const heard = {
    ...socket,
    heard: isNew ? id : socket.heard,
    seen: Math.max(socket.seen, seen),
    credits,
    saidBye: socket.saidBye || bye,
  };
  return { ok: true, socket: heard };
}

/** A frame with so many messages is on its way to the worker. */
export function tell(socket: Socket): Socket {
  return { ...socket, told: socket.told + 1 };
}

/** So many messages were given to it. */
export function give(socket: Socket, messages: number): Socket {
  return { ...socket, credits: Math.max(0, socket.credits - messages) };
}

/** How many messages it may be given now: none while it has not seen what it was told before. */
export function mayTake({ told, seen, credits, saidBye }: Socket): number {
  return saidBye || told - seen >= SOCKET_UNSEEN_MAX ? 0 : Math.min(credits, SOCKET_MESSAGES_MAX);
}

/** Whether it asks, and does not read what it is answered. */
export function isBehind({ told, seen }: Socket): boolean {
  return told - seen > SOCKET_UNSEEN_ANSWERS_MAX;
}
