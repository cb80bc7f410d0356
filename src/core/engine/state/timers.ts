import { Heap } from "../../heap.ts";

/** What is due at an instant. Whether it still is to be done is asked when its time has come (due-timers.ts). */
export interface Timer {
  readonly at: number;
  readonly kind: "execution" | "attempt" | "heartbeat" | "taken" | "retry" | "wait" | "wave" | "until";
  readonly frame: string;
  /** Of a wave: its first event, which no other wave has. */
  readonly wave?: number;
}

/** The due times of one execution. Entries that no longer hold stay until their time and are dropped then. */
export class Timers {
  private readonly heap = new Heap<Timer>(isBefore);

  add(timer: Timer): void {
    this.heap.push(timer);
  }

  get size(): number {
    return this.heap.size;
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

/** The end of an attempt's time comes before that of the worker's silence. */
const RANKS: Readonly<Record<Timer["kind"], number>> = {
  execution: 0,
  attempt: 1,
  heartbeat: 2,
  taken: 3,
  retry: 4,
  wait: 5,
  wave: 6,
  until: 7,
};

/** Of timers that are due together the order must not depend on when they were added: a restart adds them anew. */
function isBefore(a: Timer, b: Timer): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.frame !== b.frame) return a.frame < b.frame;
  return a.kind === b.kind ? (a.wave ?? 0) < (b.wave ?? 0) : RANKS[a.kind] < RANKS[b.kind];
}
