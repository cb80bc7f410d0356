import { parseOwn } from "../json.ts";
import { BATCHES_IN_HEAD_MAX } from "../limits.ts";
import type { Batch, Batches } from "./batches.ts";
import type { QueueIdentity } from "./snapshot.ts";
import type { QueueStore } from "./store.ts";

/** A row of batches, and when the last of them is forgotten. */
interface Row {
  readonly number: number;
  readonly until: number;
}

/**
 * Batches that were taken, as rows: the newest in the head, which is written with every checkpoint; when they are many,
 * they go to a row of their own, which is written once and deleted when its time is over.
 */
export class KeptBatches {
  private readonly store: QueueStore;
  private readonly batches: Batches;
  private rows: Row[] = [];

  constructor(store: QueueStore, batches: Batches) {
    this.store = store;
    this.batches = batches;
  }

  load(): void {
    for (const { number, text } of this.store.readBatches()) {
      const batches = parseOwn<readonly Batch[]>(text);
      this.batches.layBy(batches);
      this.rows.push({ number, until: lastOf(batches) });
    }
  }

  /** With a checkpoint: gives what the head is to tell. */
  write(identity: QueueIdentity): QueueIdentity {
    while (this.rows[0] && this.batches.isOver(this.rows[0].until)) this.store.deleteBatches(this.shift());
    const { batches } = identity;
    if (batches.length <= BATCHES_IN_HEAD_MAX) return identity;
    const number = (this.rows.at(-1)?.number ?? 0) + 1;
    this.store.writeBatches(number, JSON.stringify(batches));
    this.rows.push({ number, until: lastOf(batches) });
    this.batches.layBy(batches);
    return { ...identity, batches: [] };
  }

  /** The queue is deleted, and its rows with it. */
  forgetAll(): void {
    this.rows = [];
  }

  private shift(): number {
    return this.rows.shift()?.number ?? 0;
  }
}

function lastOf(batches: readonly Batch[]): number {
  return batches.reduce((last, [, until]) => Math.max(last, until), 0);
}
