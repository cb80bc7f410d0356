import { Heap } from "../heap.ts";
import { type Message, isBefore, isReady } from "./message.ts";

/** Messages that can be received, the next one first; what changed since is passed over. */
class Line {
  private readonly heap = new Heap<Message>(isBefore);
  private readonly isThere: (message: Message) => boolean;

  constructor(isThere: (message: Message) => boolean) {
    this.isThere = isThere;
  }

  get size(): number {
    return this.heap.size;
  }

  add(message: Message): void {
    if (message.inLine) return;
    message.inLine = true;
    this.heap.push(message);
  }

  /** It stays first until a fact says otherwise. */
  first(): Message | undefined {
    for (let message = this.heap.peek(); message; message = this.heap.peek()) {
      if (isReady(message) && this.isThere(message)) return message;
      this.pop();
    }
    return undefined;
  }

  pop(): Message | undefined {
    const message = this.heap.pop();
    if (message) message.inLine = false;
    return message;
  }

  replace(messages: readonly Message[]): void {
    this.heap.replace([...messages]);
  }
}

/**
 * The lines at a queue: the common one, and one for each worker to which messages were sent by its name. A worker is
 * served from the better head of both.
 */
export class Lines {
  private readonly isThere: (message: Message) => boolean;
  private readonly common: Line;
  private readonly own = new Map<string, Line>();

  constructor(isThere: (message: Message) => boolean) {
    this.isThere = isThere;
    this.common = new Line(isThere);
  }

  /** Entries in all of them, those that no longer hold included. */
  get size(): number {
    let size = this.common.size;
    for (const line of this.own.values()) size += line.size;
    return size;
  }

  /** Whether anybody may find a message in one of them. */
  get mayHaveMore(): boolean {
    return this.own.size > 0 || this.common.first() !== undefined;
  }

  add(message: Message): void {
    this.lineOf(message.worker).add(message);
  }

  /** The next message for a worker; without a name only what is for everybody. */
  first(worker?: string): Message | undefined {
    return this.nextLine(worker)?.first();
  }

  takeFirst(worker?: string): Message | undefined {
    return this.nextLine(worker)?.pop();
  }

  /** The next messages for everybody, left where they are. */
  peek(max: number): Message[] {
    const seen: Message[] = [];
    while (seen.length < max && this.common.first()) {
      const message = this.common.pop();
      if (message) seen.push(message);
    }
    for (const message of seen) this.common.add(message);
    return seen;
  }

  /** Keeps only these, which stand in line. */
  replace(standing: readonly Message[]): void {
    const byWorker = Map.groupBy(standing, ({ worker }) => worker);
    this.common.replace(byWorker.get(undefined) ?? []);
    this.own.clear();
    for (const [worker, messages] of byWorker)
      if (worker !== undefined) this.lineOf(worker).replace(messages);
  }

  private lineOf(worker: string | undefined): Line {
    if (worker === undefined) return this.common;
    const own = this.own.get(worker);
    if (own) return own;
    const line = new Line(this.isThere);
    this.own.set(worker, line);
    return line;
  }

  private nextLine(worker: string | undefined): Line | undefined {
    const everybodys = this.common.first();
    const line = worker === undefined ? undefined : this.own.get(worker);
    const own = line?.first();
    if (!own) {
      if (worker !== undefined) this.own.delete(worker);
      return everybodys && this.common;
    }
    return everybodys && isBefore(everybodys, own) ? this.common : line;
  }
}
