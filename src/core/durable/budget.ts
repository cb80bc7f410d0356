import { OBJECT_MEMORY_BYTES } from "../limits.ts";
import { type Rejection, reject } from "../result.ts";

const MIB = 1024 * 1024;

/**
 * What one object may keep in memory: its isolate has 128 MB, and other objects live there, too. A machine charges what it
 * keeps by formulas, an entry with its keys and its texts, and refuses what there is no room for before it takes it.
 */
export class Budget {
  private readonly limit: number;
  private charged = 0;

  /** In bytes. */
  constructor(limit = OBJECT_MEMORY_BYTES) {
    this.limit = limit;
  }

  charge(bytes: number): void {
    this.charged += bytes;
  }

  release(bytes: number): void {
    this.charged -= bytes;
  }

  /** Bytes for which there is room; below zero: more is kept than there should be. */
  get room(): number {
    return this.limit - this.charged;
  }

  /** Of a command for which so many bytes more would be kept: `what` is full, and `remedy` tells how to make room. */
  refusal(bytes: number, what: string, remedy: string): Rejection | undefined {
    if (this.charged + bytes <= this.limit) return undefined;
    const full = `${what} keeps as much as its ${this.limit / MIB} MiB of memory hold`;
    return reject("MemoryFull", `${full}: ${remedy}`);
  }
}
