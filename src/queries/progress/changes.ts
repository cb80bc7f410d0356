import { LIVE_FACTS_MAX } from "../../core/view-limits.ts";

/** What a fact changed of what is shown: a step, or some iterations of a foreach and the counts of its steps. */
export type Change =
  | { readonly seq: number; readonly step: string }
  | { readonly seq: number; readonly fanOut: string; from: number; to: number };

/** Entries that are kept; one fact can change several things. */
const KEPT_MAX = 4 * LIVE_FACTS_MAX;

/** The last changes, so that whoever saw a snapshot is told only of what is new since. */
export class Changes {
  private entries: Change[] = [];
  /** Up to this fact they are forgotten. */
  private floor = 0;

  noteStep(seq: number, step: string): void {
    this.add({ seq, step });
  }

  /** Iterations [from, to); none: only the counts. */
  noteFanOut(seq: number, fanOut: string, from = 0, to = 0): void {
    const last = this.entries.at(-1);
    if (!last || !("fanOut" in last) || last.fanOut !== fanOut || last.seq !== seq) {
      this.add({ seq, fanOut, from, to });
    } else if (last.to === last.from) {
      Object.assign(last, { from, to });
    } else if (to > from) {
      last.from = Math.min(last.from, from);
      last.to = Math.max(last.to, to);
    }
  }

  /** Those after a fact; undefined when that is too long ago. */
  since(seq: number, now: number): readonly Change[] | undefined {
    if (seq < this.floor || now - seq > LIVE_FACTS_MAX) return undefined;
    return this.entries.slice(this.entries.findLastIndex((one) => one.seq <= seq) + 1);
  }

  private add(change: Change): void {
    this.entries.push(change);
    if (this.entries.length <= 2 * KEPT_MAX) return;
    const kept = this.entries.slice(-KEPT_MAX);
    this.floor = kept[0]?.seq ?? this.floor;
    this.entries = kept;
  }
}
