import type { Telling } from "../board-views.ts";
import type { Records, Single, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { OBJECT_MEMORY_BYTES } from "../limits.ts";
import { BOARD_EXECUTIONS_MAX } from "../view-limits.ts";
import { Pauses } from "./pauses.ts";
import type { Round } from "./round.ts";
import { SOURCE, type Source, entriesOf, keyOf, memoryOf, tellsNotAll } from "./source.ts";

/** What of the board is about no source. */
export interface BoardHead {
  readonly bornAt: number;
  /** At the least: sources know how far it has come since. */
  readonly seq: number;
  readonly round?: Round;
  /** When the last round was over, and the last one that asked everybody. */
  readonly roundAt?: number;
  readonly wholeAt?: number;
}

const HEAD = shaped<BoardHead>({ bornAt: "number", seq: "number" });

/** All that the board knows lies in memory, and a row of each source on disk. */
export class BoardMemory {
  readonly records: Records;
  readonly pauses = new Pauses();
  readonly sources = new Map<string, Source>();
  head: BoardHead | undefined;
  seq: number;
  /** When it was told something last. */
  asOf: number | undefined;
  /** Whether somebody was left out for want of room. */
  private isShort = false;
  private readonly rows: Table<Source>;
  private readonly headRow: Single<BoardHead>;
  private bytes = 0;
  private executions = 0;
  /** Sources that tell that they have more than they tell, and of which no list says so. */
  private shortSources = 0;

  constructor(records: Records) {
    this.records = records;
    this.rows = records.table("source:", SOURCE);
    this.headRow = records.single("head", HEAD);
    this.head = this.headRow.getReadable({ bornAt: 0, seq: 0 });
    this.seq = this.head?.seq ?? 0;
    for (const [key, source] of this.rows.entries()) {
      this.seq = Math.max(this.seq, source.seq);
      this.hold(key, source);
    }
    this.fit();
    const byTime = [...this.sources].toSorted(([, a], [, b]) => a.toldAt - b.toldAt);
    for (const [key, { toldAt }] of byTime) this.pauses.note(key, toldAt);
  }

  get isCut(): boolean {
    return this.isShort || this.shortSources > 0;
  }

  keep(telling: Telling, now: number): void {
    const key = keyOf(telling);
    const source = { toldAt: now, seq: ++this.seq, telling };
    this.rows.put(key, source);
    this.hold(key, source);
    this.fit();
  }

  /** The count must not fall behind what a source that is gone knew. */
  remove(telling: Telling): void {
    const key = keyOf(telling);
    this.letGo(key);
    this.rows.delete(key);
    this.pauses.forget(key);
    if (this.head) this.moveHead(this.head);
  }

  putHead(head: BoardHead): void {
    this.head = head;
    this.headRow.put(head);
  }

  /** The head is another in something that answers show. */
  moveHead(head: Omit<BoardHead, "seq">): void {
    this.putHead({ ...head, seq: ++this.seq });
  }

  private hold(key: string, source: Source): void {
    this.letGo(key);
    this.sources.set(key, source);
    this.asOf = Math.max(this.asOf ?? 0, source.toldAt);
    this.bytes += memoryOf(source);
    this.executions += entriesOf(source.telling).length;
    if (tellsNotAll(source)) this.shortSources++;
  }

  private letGo(key: string): void {
    const known = this.sources.get(key);
    if (!known) return;
    this.sources.delete(key);
    this.bytes -= memoryOf(known);
    this.executions -= entriesOf(known.telling).length;
    if (tellsNotAll(known)) this.shortSources--;
  }

  /** Of executions the newest stay; and where there is no room, the sources that told something last. */
  private fit(): void {
    if (this.executions > BOARD_EXECUTIONS_MAX) this.fitExecutions();
    if (this.bytes > OBJECT_MEMORY_BYTES) this.fitBytes();
  }

  private fitExecutions(): void {
    const starts = [...this.sources.values()].flatMap(({ telling }) =>
      entriesOf(telling).map(({ startedAt }) => startedAt),
    );
    const bound = starts.toSorted((a, b) => b - a)[BOARD_EXECUTIONS_MAX - 1] ?? 0;
    for (const [key, source] of Array.from(this.sources)) {
      const { telling } = source;
      if (telling.kind !== "flow") continue;
      const entries = telling.entries.filter(({ startedAt }) => startedAt >= bound);
      if (entries.length < telling.entries.length)
        this.hold(key, { ...source, telling: { ...telling, entries } });
    }
  }

  private fitBytes(): void {
    this.isShort = true;
    const oldest = [...this.sources].toSorted(([, a], [, b]) => a.seq - b.seq);
    for (const [key] of oldest) {
      if (this.bytes <= OBJECT_MEMORY_BYTES) return;
      this.letGo(key);
      this.rows.delete(key);
    }
  }
}
