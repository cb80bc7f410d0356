import { Heap } from "../heap.ts";

/** What is due at an instant. Whether it still is to be done is asked when its time has come (settle.ts). */
export interface Timer {
  readonly at: number;
  readonly kind: "execution" | "attempt" | "heartbeat" | "retry" | "wait" | "wave";
  readonly frame: string;
  /** Of a wave: its first index. */
  readonly wave?: number;
}

/** The due times of one execution. Entries that no longer hold stay until their time and are dropped then. */
export class Timers {
  private readonly heap = new Heap<Timer>(isBefore);

  add(timer: Timer): void {
    this.heap.push(timer);
  }

  clear(): void {
    this.heap.clear();
  }

  /** The earliest timer that `holds`; the ones before it are dropped. */
  first(holds: (timer: Timer) => boolean): Timer | undefined {
    for (let timer = this.heap.peek(); timer; timer = this.heap.peek()) {
      if (holds(timer)) return timer;
      this.heap.pop();
    }
    return undefined;
  }

  removeFirst(): void {
    this.heap.pop();
  }
}

/** Of timers that are due together the order must not depend on when they were added: a restart adds them anew. */
function isBefore(a: Timer, b: Timer): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.frame === b.frame ? (a.wave ?? -1) < (b.wave ?? -1) : a.frame < b.frame;
}
