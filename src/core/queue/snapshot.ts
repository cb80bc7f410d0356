import type { Batch } from "./batches.ts";
import type { QueueAttributes } from "./attributes.ts";
import type { KeptChunk } from "./chunk.ts";
import type { OwnEffect } from "./command.ts";
import type { DepthCells } from "./depth-history.ts";
import type { WorkerNote } from "./worker-notes.ts";

/** What a restart begins with: the head's record, and the chunks beside it where they were read. */
export interface QueueSnapshot {
  readonly queue: QueueIdentity;
  readonly effects: readonly OwnEffect[];
  readonly chunks?: Iterable<KeptChunk>;
  /** Minutes of how full it was that no row has; an earlier release knew none. */
  readonly depths?: DepthCells;
  /** Of workers what no row of theirs has; an earlier release knew none. */
  readonly workers?: readonly WorkerNote[];
}

export interface QueueIdentity {
  /** Counts creations: a receipt of a deleted queue does not fit the next one of its name. */
  readonly generation: number;
  readonly exists: boolean;
  readonly attributes: QueueAttributes;
  readonly createdAt: number;
  readonly changedAt: number;
  /** Of the next message. */
  readonly nextNumber: number;
  /** An earlier release did not note it. */
  readonly takenAt?: number | undefined;
  /** Batches that were taken last, and until when they are remembered: others lie apart. */
  readonly batches: readonly Batch[];
}
