import type { Visit } from "./closed.ts";

/** Closed steps are stored in blocks of this many. */
export const VISITS_IN_BLOCK = 64;

/** The closed steps of a frame, in the order in which they ended: read where they are asked for, a block at a time. */
export class VisitLog {
  private readonly readBlock: (block: number) => readonly Visit[];
  private readonly stored: number;
  private readonly fresh: readonly Visit[];
  private block: { readonly number: number; readonly visits: readonly Visit[] } | undefined;

  /** `stored` of them lie in blocks; `fresh` are those after them. */
  constructor(readBlock: (block: number) => readonly Visit[], stored: number, fresh: readonly Visit[]) {
    this.readBlock = readBlock;
    this.stored = stored;
    this.fresh = fresh;
  }

  get length(): number {
    return this.stored + this.fresh.length;
  }

  at(position: number): Visit | undefined {
    if (position >= this.stored) return this.fresh[position - this.stored];
    const number = Math.floor(position / VISITS_IN_BLOCK);
    if (this.block?.number !== number) this.block = { number, visits: this.readBlock(number) };
    return this.block.visits[position % VISITS_IN_BLOCK];
  }

  /** The visit of a round that is looked for. Rounds never go back, so few blocks are read. */
  find(round: number, isMeant: (visit: Visit) => boolean): Visit | undefined {
    for (let position = this.firstOf(round); ; position++) {
      const visit = this.at(position);
      if (visit?.round !== round) return undefined;
      if (isMeant(visit)) return visit;
    }
  }

  private firstOf(round: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.at(middle)?.round ?? 0) < round) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
