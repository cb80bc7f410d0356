import { given } from "../given.ts";
import type { PauseQueue, QueueOutcome } from "./command.ts";
import type { KeptQueue } from "./kept-queue.ts";
import type { Message } from "./message.ts";

/** Nobody receives any more; leases that are held, and all that comes in, go on as ever. */
export function pauseQueue(memory: KeptQueue, { by, reason }: PauseQueue, now: number): QueueOutcome {
  const { attributes } = memory.queue;
  const { paused } = attributes;
  if (!paused || (reason !== undefined && reason !== paused.reason)) {
    const told = { at: paused?.at ?? now, by, ...given({ reason }) };
    memory.emit({ type: "changed", attributes: { ...attributes, paused: told } }, now);
  }
  let limited = 0;
  for (const message of memory.queue.messages()) if (waitsWithLimit(message)) limited++;
  return { ok: true, limited };
}

/** Whoever waits is served in the same commit. */
export function resumeQueue(memory: KeptQueue, now: number): QueueOutcome {
  const { paused, ...attributes } = memory.queue.attributes;
  if (paused) memory.emit({ type: "changed", attributes }, now);
  return { ok: true };
}

function waitsWithLimit({ isTask, expiresAt, leased, dead, withdrawn }: Message): boolean {
  return isTask && expiresAt !== undefined && !leased && !dead && !withdrawn;
}
