import { MESSAGE_MEMORY_BYTES, QUEUE_MESSAGES_MAX } from "../limits.ts";
import { MessageColumns } from "./message-columns.ts";
import { MessageRow } from "./message-row.ts";
import type { MessageMeta, MessageTask } from "./message.ts";
import { grown, isSparse } from "./rows/column.ts";
import { RowIndex } from "./rows/row-index.ts";
import { textHash } from "./rows/text-hash.ts";

/** The messages of a queue, found by their numbers and by their tasks. Texts are not here: they lie in the chunks. */
export class MessageTable {
  readonly columns = new MessageColumns();
  private readonly byNumber = new RowIndex(this.columns.nextByNumber, (row) => this.columns.number.get(row));
  private readonly byTask = new RowIndex(this.columns.nextByTask, (row) => this.columns.taskHash.get(row));
  private count = 0;
  private used = 0;
  /** One more than the first row that a message left; `nextByNumber` tells of the others. */
  private free = 0;

  get size(): number {
    return this.count;
  }

  /** With so many messages more, by a formula. */
  bytesWith(more: number): number {
    return this.capacityFor(this.count + more) * MESSAGE_MEMORY_BYTES + this.columns.extraBytes;
  }

  get isSparse(): boolean {
    return isSparse(this.count, this.columns.capacity);
  }

  at(row: number): MessageRow {
    return new MessageRow(this.columns, row);
  }

  find(number: number): MessageRow | undefined {
    for (let row = this.byNumber.first(number); row !== undefined; row = this.byNumber.after(row))
      if (this.columns.number.get(row) === number) return this.at(row);
    return undefined;
  }

  /** Messages that may be that of a task: seldom others, and only their texts tell. */
  *ofTask(task: Pick<MessageTask, "execution" | "path" | "attempt">): Generator<MessageRow> {
    const [hash, execution] = [taskHash(task), textHash(task.execution)];
    for (const row of this.byTask.find(hash)) {
      const { taskHash: own, executionHash } = this.columns;
      if (own.get(row) === hash && executionHash.get(row) === execution) yield this.at(row);
    }
  }

  /** Messages that may be those of an execution's tasks. */
  *ofExecution(execution: string): Generator<MessageRow> {
    const hash = textHash(execution);
    for (const message of this.all())
      if (message.isTask && this.columns.executionHash.get(message.row) === hash) yield message;
  }

  /** In no particular order. */
  *all(): Generator<MessageRow> {
    for (let row = 0; row < this.used; row++) if (this.columns.number.get(row) > 0) yield this.at(row);
  }

  add(
    chunk: number,
    number: number,
    { priority, visibleAt, expiresAt, worker, task }: MessageMeta,
  ): MessageRow {
    const row = this.takeRow();
    const { columns } = this;
    columns.number.set(row, number);
    columns.chunk.set(row, chunk);
    columns.chunks.hold(chunk);
    columns.priority.set(row, priority);
    columns.visibleAt.set(row, visibleAt);
    columns.expiresAt.set(row, expiresAt ?? 0);
    if (worker !== undefined) columns.worker.set(row, columns.workers.take(worker, worker));
    const message = this.at(row);
    if (task) {
      message.markTask();
      columns.lostAfter.set(row, task.lostAfter ?? 0);
      columns.taskHash.set(row, taskHash(task));
      columns.executionHash.set(row, textHash(task.execution));
      this.byTask.add(row);
    }
    this.byNumber.add(row);
    return message;
  }

  /** True when no message of its chunk is left. */
  remove({ row, isTask }: MessageRow): boolean {
    const { columns } = this;
    this.byNumber.remove(row);
    if (isTask) this.byTask.remove(row);
    const wasLast = columns.chunks.release(columns.chunk.get(row));
    columns.wipe(row);
    columns.nextByNumber.set(row, this.free);
    this.free = row + 1;
    this.count--;
    return wasLast;
  }

  clear(): void {
    this.columns.clear();
    this.byNumber.clear();
    this.byTask.clear();
    this.free = 0;
    this.count = 0;
    this.used = 0;
  }

  private takeRow(): number {
    this.count++;
    if (this.free > 0) {
      const row = this.free - 1;
      this.free = this.columns.nextByNumber.get(row);
      return row;
    }
    if (this.used === this.columns.capacity) this.columns.resize(this.capacityFor(this.used + 1));
    return this.used++;
  }

  private capacityFor(rows: number): number {
    return grown(this.columns.capacity, rows, QUEUE_MESSAGES_MAX);
  }
}

function taskHash({ execution, path, attempt }: Pick<MessageTask, "execution" | "path" | "attempt">): number {
  return textHash(path, textHash(execution, attempt));
}
