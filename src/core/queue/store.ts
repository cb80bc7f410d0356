/** Messages that were sent in one commit, as texts. Slots are used again once all messages of a chunk are gone. */
export interface ChunkRow {
  readonly slot: number;
  readonly seq: number;
  /** JSON of what memory needs of each message. */
  readonly metas: string;
  /** JSON of what was left of them at a checkpoint, if there was one since. */
  readonly state: string | undefined;
}

/**
 * Where a queue is kept. `seq` numbers commits; a chunk is its commit's sent messages, a facts row all else. Rows of
 * facts lie in a ring and are overwritten: only those after the last checkpoint are ever read.
 */
export interface QueueStore {
  readHead(): string | undefined;
  writeHead(text: string): void;
  readChunks(): Iterable<ChunkRow>;
  readBodies(slot: number): string;
  /** Replaces whatever lay in the slot, its state too. */
  writeChunk(slot: number, seq: number, metas: string, bodies: string): void;
  writeChunkState(slot: number, state: string): void;
  /** Keeps what a chunk tells of its messages, and forgets their bodies: nobody reads them again. */
  dropBodies(slot: number): void;
  deleteChunk(slot: number): void;
  writeFacts(slot: number, seq: number, text: string): void;
  /** Facts of commits after `seq`, in order. */
  readFacts(seq: number): Iterable<{ readonly seq: number; readonly text: string }>;
  /** Workers of the queue as texts, each under its number. */
  readWorkers(): Iterable<readonly [number: number, text: string]>;
  writeWorkers(number: number, text: string): void;
  /** Removes everything but the head. */
  clear(): void;
}
