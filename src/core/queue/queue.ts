import { SECOND_MS } from "../time.ts";
import { DEFAULT_ATTRIBUTES, type QueueAttributes } from "./attributes.ts";
import { Batches } from "./batches.ts";
import type { MessageFact, QueueFact } from "./fact.ts";
import type { KeptChunk, Sent } from "./chunk.ts";
import { Held } from "./held.ts";
import { Lines } from "./lines.ts";
import { type WorkerLoss, leaseRanOut } from "./losses.ts";
import { changeMessage } from "./message-changes.ts";
import type { MessageRow } from "./message-row.ts";
import { MessageTable } from "./message-table.ts";
import { type Message, type MessageMeta, type MessageState, type MessageTask, isReady } from "./message.ts";
import type { Column } from "./rows/column.ts";
import { RowHeap } from "./rows/row-heap.ts";
import type { QueueIdentity } from "./snapshot.ts";

/** A queue's messages in memory. Facts and the clock change it; no rules here. */
export class Queue {
  generation = 0;
  exists = false;
  attributes: QueueAttributes = DEFAULT_ATTRIBUTES;
  createdAt = 0;
  changedAt = 0;
  nextNumber = 1;
  /** When messages were last taken, or the queue was made; undefined when nobody noted it. */
  takenAt: number | undefined;
  readonly batches = new Batches();
  /** Slots of chunks that hold no message any more. */
  readonly freeSlots: number[] = [];
  /** Of the chunk that is being filled: until it is written nobody else may have its slot. */
  openSlot: number | undefined;
  private readonly table = new MessageTable();
  private readonly columns = this.table.columns;
  private readonly lines = new Lines(this.columns);
  readonly held = new Held(this.columns);
  /** Losses of workers since somebody last took them. */
  readonly losses: WorkerLoss[] = [];
  /** Hidden messages by the time they come back. */
  private readonly hidden = this.heap(this.columns.place, this.columns.visibleAt);
  private readonly expiring = this.heap(this.columns.expiryPlace, this.columns.expiresAt);
  /** Numbers of messages that came back from a lease or a delay since somebody last took them. */
  private returned: number[] = [];
  /** Numbers of messages whose task ended since somebody last asked, while a session holds them. */
  private stopped: number[] = [];
  private readonly sizes = { delayed: 0, leased: 0, dead: 0, withdrawn: 0, readyForNamed: 0 };
  private readonly metaOf: (message: Message) => MessageMeta;

  /** `metaOf` reads what a message's chunk says of it. */
  constructor(metaOf: (message: Message) => MessageMeta) {
    this.metaOf = metaOf;
  }

  evolve(fact: QueueFact | Sent, at: number): void {
    switch (fact.type) {
      case "sent":
        this.takeIn(fact, at);
        return;
      case "created":
        Object.assign(this, { exists: true, generation: fact.generation, attributes: fact.attributes });
        Object.assign(this, { createdAt: at, changedAt: at, takenAt: at });
        return;
      case "changed":
        // Nobody could take anything in the pause: from now on it counts who asks.
        if (this.attributes.paused && !fact.attributes.paused) this.takenAt = at;
        Object.assign(this, { attributes: fact.attributes, changedAt: at });
        return;
      case "deleted":
        this.exists = false;
        this.clear();
        return;
      case "batchTaken":
        this.batches.add(fact.batch, fact.until);
        return;
      case "effectOver":
      case "workerLost":
        return;
      default:
        if (fact.type === "leased") this.takenAt = at;
        for (const number of fact.messages) {
          const message = this.table.find(number);
          if (message) this.change(message, fact, at);
        }
    }
  }

  private takeIn({ slot, position, first, messages }: Sent, at: number): void {
    const chunk = this.columns.chunks.reach(slot, first - position, at);
    for (const [nth, meta] of messages.entries()) this.add(chunk, first + nth, meta);
  }

  /** A chunk as a checkpoint knew it. */
  restoreChunk({ slot, first, at, messages, live }: KeptChunk): void {
    const changes = live && new Map(live);
    const { chunks } = this.columns;
    for (const [position, meta] of messages.entries()) {
      const changed = changes ? changes.get(position) : {};
      if (changed) this.add(chunks.reach(slot, first, at), first + position, meta, changed);
    }
    if (!chunks.isLast(slot)) this.freeSlots.push(slot);
  }

  private add(chunk: number, number: number, meta: MessageMeta, changed: Partial<MessageState> = {}): void {
    const message = this.table.add(chunk, number, meta);
    Object.assign(message, changed);
    this.nextNumber = Math.max(this.nextNumber, number + 1);
    if (message.expiresAt !== undefined) this.expiring.add(message.row);
    this.recount(message, 1);
  }

  /** What of a queue is not in its messages. */
  identity(): QueueIdentity {
    const { generation, exists, attributes, createdAt, changedAt, nextNumber, takenAt } = this;
    return {
      generation,
      exists,
      attributes,
      createdAt,
      changedAt,
      nextNumber,
      takenAt,
      batches: [...this.batches.named],
    };
  }

  restoreIdentity({ batches, ...own }: QueueIdentity): void {
    Object.assign(this, own);
    for (const [batch, until] of batches) this.batches.add(batch, until);
  }

  /** Lets time take effect: messages come back from delays and leases, others expire. */
  elapse(now: number): void {
    const { expiring, hidden, columns } = this;
    for (
      let row = expiring.peek();
      row !== undefined && columns.expiresAt.get(row) <= now;
      row = expiring.peek()
    ) {
      expiring.pop();
      this.expire(this.table.at(row));
    }
    for (let row = hidden.peek(); row !== undefined && columns.visibleAt.get(row) <= now; row = hidden.peek())
      this.uncover(this.table.at(row));
    this.batches.elapse(now);
  }

  get size(): number {
    return this.table.size;
  }

  /** What it takes in memory with so many messages more, by formulas. */
  bytesWith(more: number): number {
    return this.table.bytesWith(more) + this.lines.bytes + this.batches.bytes;
  }

  /** It has much more room than it needs now, which only a memory that is made anew gives back. */
  get isSparse(): boolean {
    return this.table.isSparse;
  }

  message(number: number): Message | undefined {
    return this.table.find(number);
  }

  messages(): Iterable<Message> {
    return this.table.all();
  }

  takeReturned(): Message[] {
    const taken = this.returned;
    this.returned = [];
    return taken.flatMap((number) => this.found(number)).filter(isReady);
  }

  takeStopped(): Message[] {
    const taken = this.stopped;
    this.stopped = [];
    return taken.flatMap((number) => this.found(number)).filter(({ leased }) => leased);
  }

  /** Entries that memory holds to know when something happens to a message. */
  get dueTimes(): number {
    return this.hidden.size + this.expiring.size + this.lines.size;
  }

  /** Whether anybody may find a message to take. */
  get mayHaveMore(): boolean {
    return this.lines.mayHaveMore;
  }

  /** The next message for a worker; without a name only what is for everybody. It stays first until a fact says otherwise. */
  next(worker?: string): Message | undefined {
    return this.rowIfAny(this.lines.first(worker));
  }

  /** Takes the next message out of its line: a fact is to say what becomes of it. */
  takeNext(worker?: string): Message | undefined {
    const row = this.lines.first(worker);
    if (row !== undefined) this.lines.remove(row);
    return this.rowIfAny(row);
  }

  /** The next messages for everybody, without taking them. */
  peek(max: number): Message[] {
    return this.lines.peek(max).map((row) => this.table.at(row));
  }

  /** Slots of chunks, with the number of messages that are left of each. */
  chunkSizes(): Iterable<readonly [slot: number, live: number]> {
    return this.columns.chunks.sizes();
  }

  /** Whether messages are left of what was sent into this slot last. */
  isFilled(slot: number): boolean {
    return this.columns.chunks.isLast(slot);
  }

  /** Chunks whose messages changed since they were last asked for, with what is left of them. */
  *takeTouched(): Generator<readonly [slot: number, live: readonly Message[]]> {
    const { chunks } = this.columns;
    for (const chunk of chunks.takeTouched()) {
      const live: Message[] = [];
      for (
        let number = chunks.first(chunk);
        live.length < chunks.size(chunk) && number < this.nextNumber;
        number++
      )
        live.push(...this.found(number));
      yield [chunks.slot(chunk), live];
    }
  }

  nextVisibleAt(): number | undefined {
    const row = this.hidden.peek();
    return row === undefined ? undefined : this.columns.visibleAt.get(row);
  }

  /**
   * Since when nobody has asked for messages, as far as this one knows: while it can be received, whoever asks takes
   * some. Undefined when it cannot be received, or when that is not known.
   */
  unaskedSince(message: Message): number | undefined {
    const { visibleAt, dead, sentAt, returnedAt = sentAt } = message;
    if (visibleAt > 0 || dead || this.takenAt === undefined || this.attributes.paused) return undefined;
    return Math.max(this.takenAt, returnedAt);
  }

  taskMessage(task: Pick<MessageTask, "execution" | "path" | "attempt">): Message | undefined {
    for (const message of this.table.ofTask(task)) {
      const { task: own } = this.metaOf(message);
      if (own?.execution === task.execution && own.path === task.path && own.attempt === task.attempt)
        return message;
    }
    return undefined;
  }

  /** Those of an execution whose steps are meant. */
  *taskMessages(execution: string, isMeant: (path: string) => boolean): Generator<Message> {
    for (const message of this.table.ofExecution(execution)) {
      const { task } = this.metaOf(message);
      if (task?.execution === execution && isMeant(task.path)) yield message;
    }
  }

  /** When the oldest of those was sent that can be received. */
  oldestReadyAt(): number | undefined {
    let oldest: number | undefined;
    for (const message of this.table.all())
      if (isReady(message) && message.sentAt < (oldest ?? Number.POSITIVE_INFINITY)) oldest = message.sentAt;
    return oldest;
  }

  /** Those behind the message of a number, in the order of sending. */
  *deadLetters(behind = 0): Generator<Message> {
    if (this.sizes.dead === 0) return;
    const numbers: number[] = [];
    for (const { dead, number } of this.table.all()) if (dead && number > behind) numbers.push(number);
    for (const number of Float64Array.from(numbers).toSorted()) yield* this.found(number);
  }

  /** Withdrawn messages are none of these: they only take up room. */
  counts() {
    const { delayed, leased, dead, withdrawn, readyForNamed } = this.sizes;
    const ready = this.size - delayed - leased - dead - withdrawn;
    return { ready, readyForNamed, delayed, leased, dead };
  }

  private change(message: MessageRow, fact: MessageFact, at: number): void {
    this.touch(message);
    if (fact.type === "removed" || fact.type === "taskLost") {
      this.forgetMessage(message);
      return;
    }
    const { expiresAt } = message;
    this.recount(message, -1);
    if (fact.type === "withdrawn") this.endTask(message);
    else changeMessage(message, fact, at, this.losses);
    if (fact.type === "released" && message.visibleAt === 0) this.returned.push(message.number);
    this.recount(message, 1);
    if (message.expiresAt !== expiresAt) this.reschedule(message);
    if (message.withdrawn && !message.leased) this.forgetMessage(message);
  }

  /** It expires at another time now. */
  private reschedule({ row, expiresAt }: MessageRow): void {
    this.expiring.remove(row);
    if (expiresAt !== undefined) this.expiring.add(row);
  }

  /** The message of a number, if it is there. */
  private found(number: number): MessageRow[] {
    const message = this.table.find(number);
    return message ? [message] : [];
  }

  /** A worker that holds the message need not go on. */
  private endTask(message: Message): void {
    message.withdrawn = true;
    if (message.leased && message.session !== undefined) this.stopped.push(message.number);
  }

  /** The time of a message is over. A task's worker may still delete what it holds; other leases end with it. */
  private expire(message: MessageRow): void {
    if (!message.isTask || !message.leased) {
      this.forgetMessage(message);
      return;
    }
    this.recount(message, -1);
    this.endTask(message);
    this.recount(message, 1);
    this.touch(message);
  }

  /** A delay or lease ran out. */
  private uncover(message: MessageRow): void {
    this.recount(message, -1);
    if (message.leased) leaseRanOut(message, this.losses);
    Object.assign(message, { returnedAt: message.visibleAt, leased: false, visibleAt: 0 });
    this.recount(message, 1);
    if (message.withdrawn) this.forgetMessage(message);
    else this.returned.push(message.number);
  }

  private forgetMessage(message: MessageRow): void {
    this.recount(message, -1);
    this.touch(message);
    this.expiring.remove(message.row);
    const slot = message.chunk;
    if (this.table.remove(message) && slot !== this.openSlot) this.freeSlots.push(slot);
  }

  /** Counts a message where it is now (or no more, with -1) and puts it in line. */
  private recount(message: MessageRow, sign: 1 | -1): void {
    const { row, leased, dead, visibleAt } = message;
    if (message.withdrawn) this.sizes.withdrawn += sign;
    else if (dead) this.sizes.dead += sign;
    else if (leased) this.sizes.leased += sign;
    else if (visibleAt > 0) this.sizes.delayed += sign;
    else if (message.worker !== undefined) this.sizes.readyForNamed += sign;
    this.held.count(message, sign);
    if (dead) return;
    const line = visibleAt > 0 ? this.hidden : this.lines;
    if (sign > 0) line.add(row);
    else line.remove(row);
  }

  private touch(message: MessageRow): void {
    this.columns.chunks.touch(this.columns.chunk.get(message.row));
  }

  private rowIfAny(row: number | undefined): Message | undefined {
    return row === undefined ? undefined : this.table.at(row);
  }

  private heap(places: Column, times: Column): RowHeap {
    return new RowHeap(places, (a, b) => times.get(a) < times.get(b));
  }

  private clear(): void {
    this.lines.clear();
    this.held.clear();
    this.hidden.clear();
    this.expiring.clear();
    this.table.clear();
    this.freeSlots.length = 0;
    this.returned = [];
    this.stopped = [];
    this.batches.clear();
    Object.assign(this.sizes, { delayed: 0, leased: 0, dead: 0, withdrawn: 0, readyForNamed: 0 });
  }
}

export function after(now: number, seconds: number): number {
  return now + seconds * SECOND_MS;
}
