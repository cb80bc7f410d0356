import type { Batch } from "./batches.ts";
import type { DepthCells } from "./depth-history.ts";
import type { MessageMeta } from "./message.ts";

/** What a chunk row tells of its messages. */
export interface ChunkMetas {
  /** Number of the first message. */
  readonly first: number;
  readonly at: number;
  /** How many of the commit's other facts came before the first message was sent. */
  readonly after: number;
  readonly messages: readonly MessageMeta[];
  readonly batches: readonly Batch[];
  /** How full the queue was, where no other row of the commit tells that it is another. */
  readonly depths?: DepthCells;
}

/** Messages that were sent in one commit, as texts. Slots are used again once all messages of a chunk are gone. */
export interface ChunkRow {
  readonly slot: number;
  readonly seq: number;
  /** JSON of `ChunkMetas`. */
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
  forgetHead(): void;
  /** In no particular order, one after the other: nothing may be written meanwhile. */
  readChunks(): Iterable<ChunkRow>;
  readMetas(slot: number): string;
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
  /** How full the queue was, a text a day. */
  readDepth(day: number): string | undefined;
  writeDepth(day: number, text: string): void;
  deleteDepthsBefore(day: number): void;
  /** Batches that the head does not tell any more, as JSON. */
  writeBatches(number: number, text: string): void;
  readBatches(): Iterable<{ readonly number: number; readonly text: string }>;
  deleteBatches(number: number): void;
  /** Removes everything but the head. */
  clear(): void;
}
