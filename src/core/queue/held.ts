import type { MessageColumns } from "./message-columns.ts";
import { MessageRow } from "./message-row.ts";
import { RowGroups } from "./rows/row-groups.ts";

/** Messages by the session that holds them, or by the name of a worker that has none. */
export class Held {
  private readonly columns: MessageColumns;
  private readonly sessions: RowGroups;
  private readonly names: RowGroups;

  constructor(columns: MessageColumns) {
    this.columns = columns;
    this.sessions = new RowGroups(columns.nextHeld, columns.lastHeld);
    this.names = new RowGroups(columns.nextHeld, columns.lastHeld);
  }

  *of(session: string): Generator<MessageRow> {
    for (const row of this.sessions.of(session)) yield new MessageRow(this.columns, row);
  }

  /** Of a worker without a session. */
  *ofName(worker: string): Generator<MessageRow> {
    for (const row of this.names.of(worker)) yield new MessageRow(this.columns, row);
  }

  /** What sessions hold. */
  *all(): Generator<MessageRow> {
    for (const row of this.sessions.all()) yield new MessageRow(this.columns, row);
  }

  /** Counts a message to its holder, or no more, with -1. */
  count({ row, leased, taker }: MessageRow, sign: 1 | -1): void {
    if (!leased || !taker) return;
    const { session, worker } = taker;
    if (session !== undefined) countTo(this.sessions, session, row, sign);
    else if (worker !== undefined) countTo(this.names, worker, row, sign);
  }

  clear(): void {
    this.sessions.clear();
    this.names.clear();
  }
}

function countTo(groups: RowGroups, holder: string, row: number, sign: 1 | -1): void {
  if (sign > 0) groups.add(holder, row);
  else groups.remove(holder, row);
}
