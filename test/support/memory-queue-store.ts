import type { ChunkRow, QueueStore } from "../../src/core/queue/store.ts";

/** The queue store's contract in plain memory. `rowsWritten` counts as the platform bills. */
export class MemoryQueueStore implements QueueStore {
  rowsWritten = 0;
  private head: string | undefined;
  private readonly chunks = new Map<number, { seq: number; metas: string; bodies: string }>();
  private readonly states = new Map<number, string>();
  private readonly workers = new Map<number, string>();
  private readonly depths = new Map<number, string>();
  private readonly batches = new Map<number, string>();
  private readonly facts = new Map<number, { seq: number; text: string }>();

  /** Begins with what `texts` of another one gave. */
  constructor(texts: Readonly<Record<string, string>> = {}) {
    for (const [place, text] of Object.entries(texts)) {
      const [table, slot] = place.split(" ");
      const row: unknown = JSON.parse(text);
      if (table === "head") this.head = row as string;
      if (table === "chunk") this.chunks.set(Number(slot), row as never);
      if (table === "state") this.states.set(Number(slot), row as string);
      if (table === "workers") this.workers.set(Number(slot), row as string);
      if (table === "depths") this.depths.set(Number(slot), row as string);
      if (table === "facts") this.facts.set(Number(slot), row as never);
    }
  }

  /** All rows, by table and slot. */
  texts(): Record<string, string> {
    const tables = Object.entries({
      chunk: this.chunks,
      state: this.states,
      facts: this.facts,
      workers: this.workers,
      depths: this.depths,
    });
    const rows = tables.flatMap(([table, slots]) =>
      Array.from<[number, unknown], [string, string]>(slots, ([slot, row]) => [
        `${table} ${slot}`,
        JSON.stringify(row),
      ]),
    );
    const head = this.head === undefined ? {} : { head: JSON.stringify(this.head) };
    return { ...Object.fromEntries(rows), ...head };
  }

  readHead(): string | undefined {
    return this.head;
  }

  writeHead(text: string): void {
    this.head = text;
    this.rowsWritten++;
  }

  forgetHead(): void {
    this.head = undefined;
    this.rowsWritten++;
  }

  *readChunks(): Generator<ChunkRow> {
    for (const [slot, { seq, metas }] of this.chunks)
      yield { slot, seq, metas, state: this.states.get(slot) };
  }

  readMetas(slot: number): string {
    return this.chunks.get(slot)?.metas ?? "";
  }

  readBodies(slot: number): string {
    return this.chunks.get(slot)?.bodies ?? "[]";
  }

  writeChunk(slot: number, seq: number, metas: string, bodies: string): void {
    this.chunks.set(slot, { seq, metas, bodies });
    this.states.delete(slot);
    this.rowsWritten++;
  }

  writeChunkState(slot: number, state: string): void {
    this.states.set(slot, state);
    this.rowsWritten++;
  }

  dropBodies(slot: number): void {
    const chunk = this.chunks.get(slot);
    if (!chunk || chunk.bodies === "") return;
    this.chunks.set(slot, { ...chunk, bodies: "" });
    this.rowsWritten++;
  }

  deleteChunk(slot: number): void {
    this.chunks.delete(slot);
    this.states.delete(slot);
    this.rowsWritten++;
  }

  writeFacts(slot: number, seq: number, text: string): void {
    this.facts.set(slot, { seq, text });
    this.rowsWritten++;
  }

  readFacts(after: number): { seq: number; text: string }[] {
    return [...this.facts.values()].filter(({ seq }) => seq > after).toSorted((a, b) => a.seq - b.seq);
  }

  readWorkers(): [number, string][] {
    return [...this.workers];
  }

  writeWorkers(number: number, text: string): void {
    this.workers.set(number, text);
    this.rowsWritten++;
  }

  readDepth(day: number): string | undefined {
    return this.depths.get(day);
  }

  writeDepth(day: number, text: string): void {
    this.depths.set(day, text);
    this.rowsWritten++;
  }

  deleteDepthsBefore(day: number): void {
    for (const known of this.depths.keys()) if (known < day) this.depths.delete(known);
  }

  writeBatches(number: number, text: string): void {
    this.batches.set(number, text);
    this.rowsWritten++;
  }

  readBatches(): { number: number; text: string }[] {
    return Array.from(this.batches, ([number, text]) => ({ number, text }));
  }

  deleteBatches(number: number): void {
    this.batches.delete(number);
    this.rowsWritten++;
  }

  clear(): void {
    this.workers.clear();
    this.depths.clear();
    this.batches.clear();
    this.chunks.clear();
    this.states.clear();
    this.facts.clear();
  }
}
