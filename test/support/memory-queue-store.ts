import type { ChunkRow, QueueStore } from "../../src/core/queue/store.ts";

/** The queue store's contract in plain memory. `rowsWritten` counts as the platform bills. */
export class MemoryQueueStore implements QueueStore {
  rowsWritten = 0;
  private head: string | undefined;
  private readonly chunks = new Map<number, { seq: number; metas: string; bodies: string }>();
  private readonly states = new Map<number, string>();
  private readonly facts = new Map<number, { seq: number; text: string }>();

  readHead(): string | undefined {
    return this.head;
  }

  writeHead(text: string): void {
    this.head = text;
    this.rowsWritten++;
  }

  readChunks(): ChunkRow[] {
    return Array.from(this.chunks, ([slot, { seq, metas }]) => ({
      slot,
      seq,
      metas,
      state: this.states.get(slot),
    }));
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

  clear(): void {
    this.chunks.clear();
    this.states.clear();
    this.facts.clear();
  }
}
