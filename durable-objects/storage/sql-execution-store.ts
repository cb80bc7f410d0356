import { KEY_END, sortable } from "../../src/core/text.ts";
import { parseOwn } from "../../src/core/json.ts";
import type { Usage } from "../../src/core/usage.ts";
import type { ExecutionStore, JournalMark, JournalRow } from "../../src/core/engine/kept/store.ts";
import type { Meter } from "../meter.ts";
import type { Database, SqlTable, TableForm } from "./database.ts";
import { SqlCells } from "./sql-cells.ts";

const JOURNAL: TableForm = {
  name: "journal",
  statement: `CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, event INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, usage TEXT NOT NULL
  )`,
};

const VALUE = "value:";

function valueKey(id: number): string {
  return `${VALUE}${sortable(id)}`;
}

type MarkRow = { seq: number; event: number; at: number };

/** The execution store in an object's SQL. */
export class SqlExecutionStore implements ExecutionStore {
  private readonly meter: Meter;
  private readonly journal: SqlTable;
  private readonly cells: SqlCells;

  constructor(database: Database) {
    this.meter = database.meter;
    this.journal = database.table(JOURNAL);
    this.cells = new SqlCells(database);
    const [last] = this.journal.read<{ usage: string }>(
      "SELECT usage FROM journal ORDER BY seq DESC LIMIT 1",
    );
    if (last) this.meter.goOnFrom(parseOwn<Usage>(last.usage));
  }

  /** What the object has cost goes along with what happened, which costs no row of its own. */
  appendRow({ seq, event, at }: JournalMark, body: string): void {
    const { usage } = this.meter;
    const withThisRow: Usage = { ...usage, rowsWritten: usage.rowsWritten + 1 };
    const text = JSON.stringify(withThisRow);
    this.journal.insert("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", seq, event, at, body, text);
  }

  readRow(seq: number): JournalRow | undefined {
    const [row] = this.journal.read<MarkRow & { body: string }>(
      "SELECT seq, event, at, body FROM journal WHERE seq = ?",
      seq,
    );
    if (!row) return undefined;
    const { event, at, body } = row;
    return { seq, event, at, ...parseOwn<Pick<JournalRow, "frames" | "facts">>(body) };
  }

  findMark(by: "seq" | "event", atMost: number): JournalMark | undefined {
    const last = this.journal.read<MarkRow>(
      "SELECT seq, event, at FROM journal ORDER BY seq DESC LIMIT 1",
    )[0];
    if (!last || last[by] <= atMost) return last;
    // Rows are numbered without gaps and events only grow: halving needs no index, which would cost a row a commit.
    let low = 1;
    let high = last.seq;
    let found: MarkRow | undefined;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const mark = this.mark(middle);
      if (mark && mark[by] <= atMost) [found, low] = [mark, middle + 1];
      else high = middle;
    }
    return found;
  }

  /** Values are cells: a table of their own would cost two rows. */
  writeValue(id: number, text: string): void {
    this.cells.write(valueKey(id), text);
  }

  readValue(id: number): string | undefined {
    return this.cells.read(valueKey(id));
  }

  lastValueId(): number {
    const last = this.cells.lastKey(VALUE, `${VALUE}${KEY_END}`);
    return Number(last?.slice(VALUE.length) ?? 0);
  }

  writeCell(key: string, text: string): void {
    this.cells.write(key, text);
  }

  deleteCell(key: string): void {
    this.cells.delete(key);
  }

  readCell(key: string): string | undefined {
    return this.cells.read(key);
  }

  *readCells(from: string, to: string): Generator<string> {
    for (const [, text] of this.cells.range(from, to)) yield text;
  }

  private mark(seq: number): MarkRow | undefined {
    return this.journal.read<MarkRow>("SELECT seq, event, at FROM journal WHERE seq = ?", seq)[0];
  }
}
