import { textMemory } from "../durable/memory.ts";
import { MINUTE_MS } from "../time.ts";
import { DigestSet } from "./rows/digest-set.ts";

export type Batch = readonly [batch: string, until: number];

/** Of the name of one that was not laid by, besides its text. */
const NAME_BYTES = 60;
/** Batches whose time is over within so long are forgotten together. */
const TOGETHER_MS = 5 * MINUTE_MS;

interface LaidBy {
  readonly digests: DigestSet;
  readonly from: number;
  until: number;
}

/**
 * Batches that were taken, so that repeats of them are dropped. The newest are known by name, until somebody has written
 * them down; of the others, of which there may be millions, 64 bits are enough to know them again.
 */
export class Batches {
  private names = new Map<string, number>();
  private namesBytes = 0;
  /** In the order in which they are forgotten. */
  private laidBy: LaidBy[] = [];
  private now = 0;

  /** By a formula. */
  get bytes(): number {
    return this.laidBy.reduce((bytes, { digests }) => bytes + digests.bytes, this.namesBytes);
  }

  /** Those that are known by name. */
  get named(): ReadonlyMap<string, number> {
    return this.names;
  }

  has(batch: string): boolean {
    return this.names.has(batch) || this.laidBy.some(({ digests }) => digests.has(batch));
  }

  /** Batches come in the order in which they are forgotten. */
  add(batch: string, until: number): void {
    if (!this.names.has(batch)) this.namesBytes += batchBytes(batch);
    this.names.set(batch, until);
  }

  /** These are written down where a restart finds them: their names need not be known any more. */
  layBy(batches: Iterable<Batch>): void {
    for (const [batch, until] of batches) {
      this.forgetName(batch);
      const laidBy = this.placeFor(until);
      laidBy.digests.add(batch);
      laidBy.until = Math.max(laidBy.until, until);
    }
  }

  /** Whether batches that are remembered until then are forgotten. */
  isOver(until: number): boolean {
    return until <= this.now;
  }

  elapse(now: number): void {
    this.now = now;
    for (const [batch, until] of this.names) {
      if (until > now) break;
      this.forgetName(batch);
    }
    while (this.laidBy[0] && this.laidBy[0].until <= now) this.laidBy.shift();
  }

  clear(): void {
    this.names = new Map();
    this.namesBytes = 0;
    this.laidBy = [];
  }

  private forgetName(batch: string): void {
    if (this.names.delete(batch)) this.namesBytes -= batchBytes(batch);
  }

  private placeFor(until: number): LaidBy {
    const last = this.laidBy.at(-1);
    if (last && until < last.from + TOGETHER_MS) return last;
    last?.digests.close();
    const next = { digests: new DigestSet(), from: until, until };
    this.laidBy.push(next);
    return next;
  }
}

/** Of a batch that is known by name. */
export function batchBytes(batch: string): number {
  return NAME_BYTES + textMemory(batch);
}
