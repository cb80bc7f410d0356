import type { Queue } from "./queue.ts";
import { type Rejection, reject } from "../result.ts";

/** Why a queue does not do what was asked with a receipt, or at all. */

export function notExist(): Rejection {
  return reject("QueueNotExist", "there is no queue of this name: create it first");
}

export function noWorker(worker: string): Rejection {
  return reject(
    "WorkerNotExist",
    `no worker "${worker}" has called this queue: the list of workers shows who did`,
  );
}

export function drainIsOver(): Rejection {
  return reject("InvalidRange", "until is over: give a time to come, or none to drain until it is resumed");
}

export function noReceipt(): Rejection {
  return reject("InvalidReceipt", "this is not a receipt of a received message");
}

export function messageGone(): Rejection {
  return reject("MessageNotExist", "the message is not here any more: it was deleted or has expired");
}

export function leasedAgain(): Rejection {
  return reject("LeaseExpired", "the lease ran out and the message was received again");
}

export function leaseOver(): Rejection {
  return reject("LeaseExpired", "the lease has run out: receive the message again");
}

export function taskOver(): Rejection {
  return reject(
    "TaskOver",
    "the message's task is over, so its lease is not made longer: stop the work, and delete the message",
  );
}

export function tasksAreNotBuried(): Rejection {
  return reject("InvalidRequest", "the message is a task: report its failure instead");
}

/** What makes room: that depends on what takes it. */
export function roomMadeBy(queue: Queue): string {
  if (queue.batches.bytes < queue.bytesWith(0) / 2) return "wait until workers have taken some messages";
  return "it remembers for an hour what it was sent, so that nothing is taken twice: send more messages at a time, or wait";
}
