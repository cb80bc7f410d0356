import type { ChunkRow, QueueStore } from "../../src/core/queue/store.ts";
import type { Database, SqlTable, TableForm } from "./database.ts";
import { toParts } from "./parts.ts";
import { SqlCells } from "./sql-cells.ts";

const CHUNK: TableForm = {
  name: "chunk",
  statement: `CREATE TABLE chunk (
    slot INTEGER NOT NULL, part INTEGER NOT NULL, seq INTEGER NOT NULL, metas TEXT NOT NULL, bodies TEXT NOT NULL,
    PRIMARY KEY (slot, part)
  ) WITHOUT ROWID`,
};
const CHUNK_STATE: TableForm = {
  name: "chunk_state",
  statement: `CREATE TABLE chunk_state (
    slot INTEGER NOT NULL, part INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (slot, part)
  ) WITHOUT ROWID`,
};
const FACTS: TableForm = {
  name: "facts",
  statement: `CREATE TABLE facts (
    slot INTEGER NOT NULL, part INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (slot, part)
  ) WITHOUT ROWID`,
};

const HEAD = "head";
const WORKERS = "workers/";
/** The character after "/": what begins with `workers/` lies before it. */
const AFTER_WORKERS = "workers0";
const DEPTHS = "depth/";
const AFTER_DEPTHS = "depth0";
const BATCHES = "batches:";
const BATCHES_END = "batches;";

/** The queue store in an object's SQL. Long texts take several rows of their slot. */
export class SqlQueueStore implements QueueStore {
  private readonly chunks: SqlTable;
  private readonly chunkStates: SqlTable;
  private readonly facts: SqlTable;
  private readonly cells: SqlCells;

  constructor(database: Database) {
    this.chunks = database.table(CHUNK);
    this.chunkStates = database.table(CHUNK_STATE);
    this.facts = database.table(FACTS);
    this.cells = new SqlCells(database);
  }

  readHead(): string | undefined {
    return this.cells.read(HEAD);
  }

  writeHead(text: string): void {
    this.cells.write(HEAD, text);
  }

  forgetHead(): void {
    this.cells.delete(HEAD);
  }

  *readChunks(): Generator<ChunkRow> {
    const states = this.parts<{ slot: number; body: string }>(
      this.chunkStates,
      "SELECT slot, body FROM chunk_state ORDER BY slot, part",
      ({ body }) => body,
    );
    const chunks = this.parts<{ slot: number; seq: number; metas: string }>(
      this.chunks,
      "SELECT slot, seq, metas FROM chunk ORDER BY slot, part",
      ({ metas }) => metas,
    );
    let state = states.next();
    for (const { row, text } of chunks) {
      while (!state.done && state.value.row.slot < row.slot) state = states.next();
      const isOwn = !state.done && state.value.row.slot === row.slot;
      yield { slot: row.slot, seq: row.seq, metas: text, state: isOwn ? state.value.text : undefined };
    }
    states.return(undefined);
  }

  readMetas(slot: number): string {
    const rows = this.chunks.read<{ metas: string }>(
      "SELECT metas FROM chunk WHERE slot = ? ORDER BY part",
      slot,
    );
    return rows.map(({ metas }) => metas).join("");
  }

  readBodies(slot: number): string {
    const rows = this.chunks.read<{ bodies: string }>(
      "SELECT bodies FROM chunk WHERE slot = ? ORDER BY part",
      slot,
    );
    return rows.map(({ bodies }) => bodies).join("");
  }

  writeChunk(slot: number, seq: number, metas: string, bodies: string): void {
    const metaParts = toParts(metas);
    const bodyParts = toParts(bodies);
    const length = Math.max(metaParts.length, bodyParts.length);
    for (let part = 0; part < length; part++) {
      const row = [slot, part, seq, metaParts[part] ?? "", bodyParts[part] ?? ""] as const;
      this.chunks.insert("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?, ?, ?)", ...row);
    }
    this.chunks.change("DELETE FROM chunk WHERE slot = ? AND part >= ?", slot, length);
    this.chunkStates.change("DELETE FROM chunk_state WHERE slot = ?", slot);
  }

  writeChunkState(slot: number, state: string): void {
    const parts = toParts(state);
    for (const [part, body] of parts.entries()) {
      this.chunkStates.insert("INSERT OR REPLACE INTO chunk_state VALUES (?, ?, ?)", slot, part, body);
    }
    this.chunkStates.change("DELETE FROM chunk_state WHERE slot = ? AND part >= ?", slot, parts.length);
  }

  dropBodies(slot: number): void {
    this.chunks.change("UPDATE chunk SET bodies = '' WHERE slot = ? AND bodies <> ''", slot);
  }

  deleteChunk(slot: number): void {
    this.chunks.change("DELETE FROM chunk WHERE slot = ?", slot);
    this.chunkStates.change("DELETE FROM chunk_state WHERE slot = ?", slot);
  }

  writeFacts(slot: number, seq: number, text: string): void {
    const parts = toParts(text);
    for (const [part, body] of parts.entries()) {
      this.facts.insert("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", slot, part, seq, body);
    }
    this.facts.change("DELETE FROM facts WHERE slot = ? AND part >= ?", slot, parts.length);
  }

  *readFacts(after: number): Generator<{ seq: number; text: string }> {
    const rows = this.facts.read<{ seq: number; body: string }>(
      "SELECT seq, body FROM facts WHERE seq > ? ORDER BY seq, part",
      after,
    );
    const texts = new Map<number, string>();
    for (const { seq, body } of rows) texts.set(seq, (texts.get(seq) ?? "") + body);
    for (const [seq, text] of texts) yield { seq, text };
  }

  *readWorkers(): Generator<[number, string]> {
    for (const [key, text] of this.cells.range(WORKERS, AFTER_WORKERS))
      yield [Number(key.slice(WORKERS.length)), text];
  }

  writeWorkers(number: number, text: string): void {
    this.cells.write(`${WORKERS}${number}`, text);
  }

  readDepth(day: number): string | undefined {
    return this.cells.read(depthKey(day));
  }

  writeDepth(day: number, text: string): void {
    this.cells.write(depthKey(day), text);
  }

  deleteDepthsBefore(day: number): void {
    this.cells.deleteRange(DEPTHS, depthKey(day));
  }

  writeBatches(number: number, text: string): void {
    this.cells.write(batchesKey(number), text);
  }

  *readBatches(): Generator<{ number: number; text: string }> {
    for (const [key, text] of this.cells.range(BATCHES, BATCHES_END))
      yield { number: Number(key.slice(BATCHES.length)), text };
  }

  deleteBatches(number: number): void {
    this.cells.delete(batchesKey(number));
  }

  clear(): void {
    const numbers = Array.from(this.readWorkers(), ([number]) => number);
    for (const number of numbers) this.cells.delete(`${WORKERS}${number}`);
    this.chunks.change("DELETE FROM chunk");
    this.chunkStates.change("DELETE FROM chunk_state");
    this.facts.change("DELETE FROM facts");
    this.cells.deleteRange(DEPTHS, AFTER_DEPTHS);
    this.cells.deleteRange(BATCHES, BATCHES_END);
  }

  /** Rows of a table, the parts of each slot's text put together, one slot after the other. */
  private *parts<Row extends { slot: number } & Record<string, SqlStorageValue>>(
    table: SqlTable,
    query: string,
    textOf: (row: Row) => string,
  ): Generator<{ row: Row; text: string }> {
    let current: { row: Row; text: string } | undefined;
    for (const row of table.iterate<Row>(query)) {
      if (current?.row.slot === row.slot) current.text += textOf(row);
      else {
        if (current) yield current;
        current = { row, text: textOf(row) };
      }
    }
    if (current) yield current;
  }
}

/** Numbers of equal length sort as texts, too. */
function batchesKey(number: number): string {
  return BATCHES + String(number).padStart(12, "0");
}

function depthKey(day: number): string {
  return DEPTHS + String(day).padStart(8, "0");
}
