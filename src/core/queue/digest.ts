import type { Pause } from "../pause.ts";
import type { TellingOf } from "../telling.ts";
import type { QueueRates } from "./depth-history.ts";
import type { ShownWorker } from "./shown-workers.ts";

/** What a queue tells the board of itself. Times are epoch milliseconds. */
export interface QueueDigest {
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly depth: QueueDepth;
  readonly waitingPolls: number;
  readonly paused?: Pause;
  /** How many messages came and went, by the minute; absent: none of late, or an earlier release told it. */
  readonly rates?: QueueRates;
  /** When the oldest was sent that can be received. */
  readonly oldestAt?: number;
  /** Since when nobody asks for what everybody can have. */
  readonly unaskedSince?: number;
  /** Of the newest dead letter. */
  readonly diedAt?: number;
  /** Machines: processes of one name are one. */
  readonly workers: WorkerCounts;
  /** Processes, those that somebody should look at first, and no more than there is room for. */
  readonly processes: readonly ShownWorker[];
  /** How many there was no room for; absent: none, or an earlier release told it. */
  readonly processesLeftOut?: number;
}

export interface QueueDepth {
  readonly ready: number;
  readonly readyForNamed: number;
  readonly delayed: number;
  readonly inFlight: number;
  readonly deadLetters: number;
}

export interface WorkerCounts {
  /** Those that are not gone. */
  readonly all: number;
  readonly failing: number;
}

export type QueueTelling = TellingOf<"queue", QueueDigest>;
