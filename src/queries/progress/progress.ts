import type { ExecutionStore, JournalRow } from "../../core/engine/kept/store.ts";
import { follow } from "./follow.ts";
import { UnderWay } from "./under-way.ts";

/**
 * What became of each step and iteration, followed fact by fact through an execution's journal: nothing is kept for it, so
 * an execution that nobody looks at costs nothing, and one that is looked at again costs what is new. Facts that a view
 * has no use for are passed by.
 */
export class Progress extends UnderWay {
  private row = 0;

  /** Takes in so many facts more, or a few above; false once there are none left. */
  takeIn(store: Pick<ExecutionStore, "readRow">, facts: number): boolean {
    const last = this.seq + facts;
    while (this.seq < last) {
      const row = store.readRow(this.row + 1);
      if (!row) return false;
      this.takeRow(row);
    }
    return true;
  }

  private takeRow({ seq, at, facts }: JournalRow): void {
    this.row = seq;
    for (const fact of facts) {
      this.seq++;
      follow(this, fact, at);
    }
  }
}
