import {
  EXECUTION_LOGS_BYTES,
  EXECUTION_LOGS_FAILURES_FROM,
  LOG_HEAD_BYTES,
  LOG_TAIL_BYTES,
  ROW_TEXT_LENGTH,
} from "../limits.ts";
import { parseOwn } from "../json.ts";
import { KEY_END, firstBytes, lastBytes, sortable, utf8Length } from "../text.ts";
import type { ExecutionStore } from "./kept/store.ts";
import type { HeadRecord } from "./state/execution-state.ts";
import type { LogMark } from "./state/fact.ts";

/** The tail of what an attempt's command wrote, as its worker told it. */
export interface AttemptLog {
  readonly path: string;
  readonly attempt: number;
  readonly text: string;
}

const KEY = "log:";

/** Logs of one commit lie together in one row, which only those read who ask for logs. */
export class Logs {
  private unsaved: AttemptLog[][] = [];
  private length = 0;

  /** Gives where it will lie, and its bytes; undefined when the execution has too many by now. */
  add({ logs }: HeadRecord, log: AttemptLog, isFailure: boolean): LogMark | undefined {
    const bytes = utf8Length(log.text);
    const limit = isFailure ? EXECUTION_LOGS_BYTES : EXECUTION_LOGS_FAILURES_FROM;
    if (bytes === 0 || (logs?.bytes ?? 0) + bytes > limit) return undefined;
    const isFull = this.length > 0 && this.length + log.text.length > ROW_TEXT_LENGTH / 2;
    // The head counts the rows of this commit as soon as a fact tells of them.
    const last = logs?.rows ?? 0;
    if (this.unsaved.length === 0 || isFull) {
      this.unsaved.push([]);
      this.length = 0;
    }
    const isNew = this.unsaved.at(-1)?.length === 0;
    this.unsaved.at(-1)?.push(log);
    this.length += log.text.length;
    return [isNew ? last + 1 : last, bytes];
  }

  /** Rows of this commit, the last of which has this number. */
  save(store: ExecutionStore, last: number): void {
    const rows = this.unsaved;
    this.unsaved = [];
    this.length = 0;
    for (const [nth, row] of rows.entries()) {
      store.writeCell(`${KEY}${sortable(last - rows.length + 1 + nth)}`, JSON.stringify(row));
    }
  }
}

/** All logs of an execution, in the order in which they came. */
export function* readLogs(store: ExecutionStore): Generator<AttemptLog> {
  for (const row of store.readCells(KEY, `${KEY}${KEY_END}`)) yield* parseOwn<AttemptLog[]>(row);
}

/** The beginning and the end of a log that is too long: what stands between is left out. */
export function cutLog(text: string): string {
  if (utf8Length(text) <= LOG_HEAD_BYTES + LOG_TAIL_BYTES) return text;
  const head = firstBytes(text, LOG_HEAD_BYTES);
  const tail = lastBytes(text, LOG_TAIL_BYTES);
  const left = utf8Length(text) - utf8Length(head) - utf8Length(tail);
  return `${head}\n[${left} bytes left out]\n${tail}`;
}
