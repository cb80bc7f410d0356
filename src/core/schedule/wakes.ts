import { Heap } from "../heap.ts";

interface Wake {
  readonly key: string;
  readonly at: number;
}

/** Wakes that are out of date, besides as many as there are schedules. */
const SLACK = 1000;

/** When each schedule must be looked at next: who is due first comes from a heap, and nobody looks at the others. */
export class Wakes {
  private readonly heap = new Heap<Wake>((a, b) => a.at < b.at);
  /** The one wake in the heap that counts for a schedule; what the heap has besides is out of date. */
  private readonly valid = new Map<string, Wake>();

  /** A schedule's only wake; undefined when nothing of it will happen by itself. */
  set(key: string, at: number | undefined): void {
    if (this.valid.get(key)?.at === at) return;
    this.valid.delete(key);
    if (at === undefined) return;
    const wake = { key, at };
    this.valid.set(key, wake);
    this.heap.push(wake);
    if (this.heap.size > 2 * this.valid.size + SLACK) this.heap.replace([...this.valid.values()]);
  }

  nextAt(): number | undefined {
    for (let top = this.heap.peek(); top; top = this.heap.peek()) {
      if (this.valid.get(top.key) === top) return top.at;
      this.heap.pop();
    }
    return undefined;
  }

  /** Of the schedules whose time has come the first; it has no wake then until it gets a new one. */
  take(now: number): string | undefined {
    const at = this.nextAt();
    if (at === undefined || at > now) return undefined;
    const wake = this.heap.pop();
    if (wake) this.valid.delete(wake.key);
    return wake?.key;
  }
}
