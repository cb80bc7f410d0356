import { WORKERS_BACK_MS, WORKERS_SEEN_WRITTEN_MS, WORKER_GONE_MS, WORKER_LIVE_MS } from "../limits.ts";
import type { WorkerAbout } from "./command.ts";
import type { WorkerRecord } from "./finished-tasks.ts";
import type { Taker } from "./pollers.ts";

/** What a queue knows of one process of a runner, or of all programs together that call under one name without a session. */
export interface WorkerEntry extends WorkerRecord {
  readonly session?: string;
  readonly worker?: string;
  /** Name of the access key that it calls with. */
  readonly key?: string;
  readonly since: number;
  lastSeenAt: number;
  about?: WorkerAbout;
  /** It said that it takes no more messages, or another took its place. */
  ended: boolean;
  /** It is to take no more messages until it is told otherwise, or until the time that `drain` tells. */
  draining: boolean;
  /** Absent of those that were told so by an earlier release. */
  drain?: Drain;
  /** Tasks that it reported, and those that it held when it was lost; with those of its forerunners of this name. */
  done: number;
  failed: number;
  lost: number;
}

/** What was said when a worker was to take no more messages. Times are epoch milliseconds. */
export interface Drain {
  readonly since: number;
  readonly until?: number;
  readonly reason?: string;
}

export type WorkerState = "live" | "late" | "gone";

/** What else tells how a worker is. */
export interface WorkerSigns {
  readonly leases: number;
  /** One of its calls is held. */
  readonly isWaiting: boolean;
  /** Since when memory goes without a call of it that a row told of; absent: it called since. */
  readonly awaitedSince?: number;
}

/** Names a worker within its queue, in an address: names and sessions may be any text. */
export function workerKey({ worker = "", session = "" }: Taker): string {
  return [worker, session].map((text) => encodeURIComponent(text.toWellFormed())).join("/");
}

/** A drain with an end is over by itself. */
export function isDraining({ draining, drain }: WorkerEntry, now: number): boolean {
  return draining && (drain?.until === undefined || now < drain.until);
}

/**
 * Live: it waits, or gave a sign of life a moment ago. Late: it is silent. Gone: it said so, or is silent for long and
 * holds nothing any more.
 */
export function workerState(entry: WorkerEntry, signs: WorkerSigns, now: number): WorkerState {
  const { leases, isWaiting } = signs;
  if (entry.ended && leases === 0) return "gone";
  const silentMs = now - entry.lastSeenAt;
  if (isWaiting || silentMs < WORKER_LIVE_MS || isExpectedBack(entry, signs, now)) return "live";
  return leases > 0 || silentMs < WORKER_GONE_MS ? "late" : "gone";
}

/** After a restart the row serves until the polls are back, if it may have been live: rows are written now and then. */
function isExpectedBack({ lastSeenAt }: WorkerEntry, { awaitedSince }: WorkerSigns, now: number): boolean {
  if (awaitedSince === undefined || now - awaitedSince >= WORKERS_BACK_MS) return false;
  return awaitedSince - lastSeenAt < WORKERS_SEEN_WRITTEN_MS + WORKER_LIVE_MS;
}
