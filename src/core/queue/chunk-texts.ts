import { textMemory } from "../durable/memory.ts";
import type { CachePart, SharedCache } from "../durable/shared-cache.ts";
import { parseOwn } from "../json.ts";
import type { MessageContent } from "../message-properties.ts";
import type { MessageMeta } from "./message.ts";
import type { ChunkMetas, QueueStore } from "./store.ts";

/** A body alone, when nothing is attached to it: so it was before there were properties. */
export type StoredContent = string | MessageContent;

export function storedContent({ body, properties }: MessageContent): StoredContent {
  return properties ? { body, properties } : body;
}

export function contentOf(stored: StoredContent): MessageContent {
  return typeof stored === "string" ? { body: stored } : stored;
}

/** What a message's meta or content takes besides its text. */
const PART_BYTES = 200;

interface Chunk {
  readonly metas?: readonly MessageMeta[];
  readonly bodies?: readonly StoredContent[];
  readonly bytes: number;
}

/** Texts of the chunks that are read from the store; those used last lie in the isolate's cache. */
export class ChunkTexts {
  private readonly store: QueueStore;
  /** By slot. */
  private readonly chunks: CachePart<number, Chunk>;

  constructor(store: QueueStore, cache: SharedCache) {
    this.store = store;
    this.chunks = cache.part();
  }

  metasOf(slot: number): readonly MessageMeta[] {
    const known = this.chunks.get(slot);
    if (known?.metas) return known.metas;
    const text = this.store.readMetas(slot);
    const { messages } = parseOwn<ChunkMetas>(text);
    this.keep(slot, { ...known, metas: messages, bytes: (known?.bytes ?? 0) + bytesOf(text, messages) });
    return messages;
  }

  bodiesOf(slot: number): readonly StoredContent[] {
    const known = this.chunks.get(slot);
    if (known?.bodies) return known.bodies;
    const text = this.store.readBodies(slot);
    const bodies = parseOwn<readonly StoredContent[]>(text);
    this.keep(slot, { ...known, bodies, bytes: (known?.bytes ?? 0) + bytesOf(text, bodies) });
    return bodies;
  }

  /** Gives the length of what a restart reads. */
  write(slot: number, seq: number, metas: ChunkMetas, bodies: readonly StoredContent[]): number {
    const [metasText, bodiesText] = [JSON.stringify(metas), JSON.stringify(bodies)];
    this.store.writeChunk(slot, seq, metasText, bodiesText);
    const { messages } = metas;
    this.keep(slot, {
      metas: messages,
      bodies,
      bytes: bytesOf(metasText, messages) + bytesOf(bodiesText, bodies),
    });
    return metasText.length;
  }

  dropBodies(slot: number): void {
    this.store.dropBodies(slot);
    this.forget(slot);
  }

  forget(slot: number): void {
    this.chunks.delete(slot);
  }

  forgetAll(): void {
    this.chunks.clear();
  }

  private keep(slot: number, chunk: Chunk): void {
    this.chunks.set(slot, chunk, chunk.bytes);
  }
}

function bytesOf(text: string, parts: readonly unknown[]): number {
  return textMemory(text) + PART_BYTES * parts.length;
}
