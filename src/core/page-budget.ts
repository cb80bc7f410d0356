import { PAGE_LOOKED_AT_SIZE, PAGE_SIZE } from "./limits.ts";
import { utf8Length } from "./text.ts";

/** What the API writes around an entry, and more than it: instants become texts there. */
const ENTRY_EXTRA_BYTES = 100;

/** An entry of a page, and what was looked at to make it, with the values that it only refers to. */
export interface PageEntry<T> {
  readonly entry: T;
  readonly lookedAt: number;
}

/** What still fits into a page. One entry always does: it would fit into no other page either. */
export class PageBudget {
  private readonly size: number;
  private bytes = 0;
  private lookedAt = 0;

  constructor(size = PAGE_SIZE) {
    this.size = size;
  }

  takes({ entry, lookedAt }: PageEntry<object>): boolean {
    return this.takesBytes(utf8Length(JSON.stringify(entry)), lookedAt);
  }

  takesBytes(bytes: number, lookedAt = 0): boolean {
    const isFirst = this.bytes === 0;
    this.bytes += bytes + ENTRY_EXTRA_BYTES;
    this.lookedAt += lookedAt;
    return isFirst || (this.bytes <= this.size && this.lookedAt <= PAGE_LOOKED_AT_SIZE);
  }
}
