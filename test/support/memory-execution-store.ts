import { parseOwn } from "../../src/core/json.ts";
import type { ExecutionStore, JournalMark, JournalRow } from "../../src/core/engine/kept/store.ts";

/** The execution store's contract in plain memory. `rowsWritten` counts as the platform bills. */
export class MemoryExecutionStore implements ExecutionStore {
  readonly rows: (JournalMark & { body: string })[] = [];
  readonly cells = new Map<string, string>();
  readonly values = new Map<number, string>();
  rowsWritten = 0;

  appendRow(mark: JournalMark, body: string): void {
    if (mark.seq !== this.rows.length + 1) throw new Error(`row ${mark.seq} after ${this.rows.length}`);
    this.rows.push({ ...mark, body });
    this.rowsWritten++;
  }

  readRow(seq: number): JournalRow | undefined {
    const row = this.rows[seq - 1];
    return (
      row && {
        seq,
        event: row.event,
        at: row.at,
        ...parseOwn<Pick<JournalRow, "frames" | "facts">>(row.body),
      }
    );
  }

  findMark(by: "seq" | "event", atMost: number): JournalMark | undefined {
    return this.rows.findLast((row) => row[by] <= atMost);
  }

  writeValue(id: number, text: string): void {
    this.values.set(id, text);
    this.rowsWritten++;
  }

  readValue(id: number): string | undefined {
    return this.values.get(id);
  }

  lastValueId(): number {
    return Math.max(0, ...this.values.keys());
  }

  writeCell(key: string, text: string): void {
    this.cells.set(key, text);
    this.rowsWritten++;
  }

  deleteCell(key: string): void {
    if (this.cells.delete(key)) this.rowsWritten++;
  }

  readCell(key: string): string | undefined {
    return this.cells.get(key);
  }

  readCells(from: string, to: string): string[] {
    const keys = [...this.cells.keys()].filter((key) => from <= key && key < to).toSorted();
    return keys.map((key) => this.cells.get(key) ?? "");
  }
}
