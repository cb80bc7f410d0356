import { BODY_CACHE_LENGTH } from "../limits.ts";
import { type MessageContent, contentBytes } from "../message-properties.ts";

/** A body alone, when nothing is attached to it: so it was before there were properties. */
export type StoredContent = string | MessageContent;

export function storedContent({ body, properties }: MessageContent): StoredContent {
  return properties ? { body, properties } : body;
}

export function contentOf(stored: StoredContent): MessageContent {
  return typeof stored === "string" ? { body: stored } : stored;
}

function lengthOf(stored: StoredContent): number {
  return typeof stored === "string" ? stored.length : contentBytes(stored);
}

/** Bodies of the chunks used last, so that what is received soon after it was sent is not read again. */
export class BodyCache {
  private readonly chunks = new Map<number, { bodies: readonly StoredContent[]; length: number }>();
  private length = 0;

  get(slot: number): readonly StoredContent[] | undefined {
    return this.chunks.get(slot)?.bodies;
  }

  set(slot: number, bodies: readonly StoredContent[]): void {
    this.delete(slot);
    const length = bodies.reduce((sum, body) => sum + lengthOf(body), 0);
    this.chunks.set(slot, { bodies, length });
    this.length += length;
    for (const oldest of this.chunks.keys()) {
      if (this.length <= BODY_CACHE_LENGTH || oldest === slot) break;
      this.delete(oldest);
    }
  }

  delete(slot: number): void {
    this.length -= this.chunks.get(slot)?.length ?? 0;
    this.chunks.delete(slot);
  }

  clear(): void {
    this.chunks.clear();
    this.length = 0;
  }
}
