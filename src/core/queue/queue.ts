import { Heap } from "../heap.ts";
import { SECOND_MS } from "../time.ts";
import { DEFAULT_ATTRIBUTES, type QueueAttributes } from "./attributes.ts";
import type { MessageFact, QueueFact } from "./fact.ts";
import type { KeptChunk, Sent } from "./chunk.ts";
import { Held } from "./held.ts";
import { Lines } from "./lines.ts";
import { type WorkerLoss, leaseRanOut } from "./losses.ts";
import { changeMessage } from "./message-changes.ts";
import { type Message, type MessageMeta, type MessageTask, isReady } from "./message.ts";
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
  readonly messages = new Map<number, Message>();
  readonly batches = new Map<string, number>();
  /** Live messages by chunk slot. */
  readonly chunks = new Map<number, Set<Message>>();
  /** Chunks whose messages changed since the last checkpoint. */
  readonly touched = new Set<number>();
  /** Slots of chunks that hold no message any more. */
  readonly freeSlots: number[] = [];
  /** Of the chunk that is being filled: until it is written nobody else may have its slot. */
  openSlot: number | undefined;
  /** Messages that came back from a lease or a delay since somebody last took them. */
  private returned: Message[] = [];
  /** Numbers of task messages by their execution and task. */
  private readonly tasks = new Map<string, Map<string, number>>();
  readonly lines = new Lines(({ number }) => this.messages.has(number));
  readonly held = new Held();
  /** Losses of workers since somebody last took them. */
  readonly losses: WorkerLoss[] = [];
  /** Messages whose task ended since somebody last asked, while a session holds them. */
  private stopped: Message[] = [];
  /** Hidden messages by the time they come back; entries whose message changed since are passed over. */
  private readonly hidden = new Heap<Due>((a, b) => a.at < b.at);
  private readonly expiring = new Heap<Due>((a, b) => a.at < b.at);
  private readonly sizes = { delayed: 0, leased: 0, dead: 0, withdrawn: 0, readyForNamed: 0 };

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
        Object.assign(this, { attributes: fact.attributes, changedAt: at });
        return;
      case "deleted":
        this.exists = false;
        this.clear();
        return;
      case "batchTaken":
        this.batches.set(fact.batch, fact.until);
        return;
      case "effectOver":
      case "workerLost":
        return;
      default:
        if (fact.type === "leased") this.takenAt = at;
        for (const number of fact.messages) {
          const message = this.messages.get(number);
          if (message) this.change(message, fact, at);
        }
    }
  }

  private takeIn({ slot, position, first, messages }: Sent, at: number): void {
    for (const [nth, meta] of messages.entries()) this.add(slot, position + nth, at, meta, first + nth);
  }

  /** A chunk as a checkpoint knew it. */
  restoreChunk({ slot, first, at, messages, batches, live }: KeptChunk): void {
    const changes = live && new Map(live);
    for (const [position, meta] of messages.entries()) {
      const changed = changes ? changes.get(position) : {};
      if (changed) this.add(slot, position, at, meta, first + position, changed);
    }
    if (!this.chunks.has(slot)) this.freeSlots.push(slot);
    for (const [batch, until] of batches) this.batches.set(batch, until);
  }

  private add(
    chunk: number,
    position: number,
    sentAt: number,
    meta: MessageMeta,
    number: number,
    changed: Partial<Message> = {},
  ): void {
    const message: Message = {
      ...meta,
      number,
      chunk,
      position,
      sentAt,
      lease: 0,
      leased: false,
      deliveries: 0,
      firstDeliveredAt: 0,
      withdrawn: false,
      dead: false,
      inLine: false,
      ...changed,
    };
    const live = this.chunks.get(chunk);
    if (live) live.add(message);
    else this.chunks.set(chunk, new Set([message]));
    this.nextNumber = Math.max(this.nextNumber, number + 1);
    this.messages.set(number, message);
    this.index(message);
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
      batches: [...this.batches],
    };
  }

  restoreIdentity({ batches, ...own }: QueueIdentity): void {
    Object.assign(this, own);
    for (const [batch, until] of batches) this.batches.set(batch, until);
  }

  /** Lets time take effect: messages come back from delays and leases, others expire. */
  elapse(now: number): void {
    for (let entry = this.expiring.peek(); entry && entry.at <= now; entry = this.expiring.peek()) {
      this.expiring.pop();
      const message = this.messages.get(entry.number);
      if (message?.expiresAt === entry.at) this.expire(message);
    }
    for (let entry = this.hidden.peek(); entry && entry.at <= now; entry = this.hidden.peek()) {
      this.hidden.pop();
      const message = this.messages.get(entry.number);
      if (message?.visibleAt === entry.at) this.uncover(message);
    }
    for (const [batch, until] of this.batches) {
      if (until > now) break;
      this.batches.delete(batch);
    }
  }

  takeReturned(): Message[] {
    const taken = this.returned;
    this.returned = [];
    return taken.filter((message) => isReady(message) && this.messages.get(message.number) === message);
  }

  takeStopped(): Message[] {
    const taken = this.stopped;
    this.stopped = [];
    return taken.filter(({ leased, number }) => leased && this.messages.has(number));
  }

  /** Entries that memory holds to know when something happens to a message. */
  get dueTimes(): number {
    return this.hidden.size + this.expiring.size + this.lines.size;
  }

  nextVisibleAt(): number | undefined {
    return this.hidden.peek()?.at;
  }

  /**
   * Since when nobody has asked for messages, as far as this one knows: while it can be received, whoever asks takes
   * some. Undefined when it cannot be received, or when that is not known.
   */
  unaskedSince(message: Message): number | undefined {
    const { visibleAt, dead, sentAt, returnedAt = sentAt } = message;
    if (visibleAt > 0 || dead || this.takenAt === undefined) return undefined;
    return Math.max(this.takenAt, returnedAt);
  }

  taskMessage({ execution, path, attempt }: MessageTask): Message | undefined {
    const number = this.tasks.get(execution)?.get(taskKey(path, attempt));
    return number === undefined ? undefined : this.messages.get(number);
  }

  taskMessages(execution: string): Message[] {
    const numbers = this.tasks.get(execution)?.values() ?? [];
    return Array.from(numbers).flatMap((number) => this.messages.get(number) ?? []);
  }

  /** Those behind the message of a number, in the order of sending. */
  deadLetters(behind = 0): Message[] {
    if (this.sizes.dead === 0) return [];
    return [...this.messages.values()].filter(({ dead, number }) => dead && number > behind);
  }

  /** Withdrawn messages are none of these: they only take up room. */
  counts() {
    const { delayed, leased, dead, withdrawn, readyForNamed } = this.sizes;
    const ready = this.messages.size - delayed - leased - dead - withdrawn;
    return { ready, readyForNamed, delayed, leased, dead };
  }

  private change(message: Message, fact: MessageFact, at: number): void {
    this.touched.add(message.chunk);
    if (fact.type === "removed" || fact.type === "taskLost") {
      this.forgetMessage(message);
      return;
    }
    const { expiresAt } = message;
    this.recount(message, -1);
    if (fact.type === "withdrawn") this.endTask(message);
    else changeMessage(message, fact, at, this.losses);
    if (fact.type === "released" && message.visibleAt === 0) this.returned.push(message);
    this.recount(message, 1);
    if (message.expiresAt !== expiresAt) this.reschedule(message);
    if (message.withdrawn && !message.leased) this.forgetMessage(message);
  }

  /** It expires at another time now: the entry of the old one is passed over. */
  private reschedule(message: Message): void {
    for (const entry of expiry(message)) this.expiring.push(entry);
    this.trim();
  }

  /** A worker that holds the message need not go on. */
  private endTask(message: Message): void {
    message.withdrawn = true;
    if (message.leased && message.holder?.session !== undefined) this.stopped.push(message);
  }

  /** The time of a message is over. A task's worker may still delete what it holds; other leases end with it. */
  private expire(message: Message): void {
    if (!message.task || !message.leased) {
      this.forgetMessage(message);
      return;
    }
    this.recount(message, -1);
    this.endTask(message);
    this.recount(message, 1);
    this.touched.add(message.chunk);
  }

  /** A delay or lease ran out. */
  private uncover(message: Message): void {
    this.recount(message, -1);
    if (message.leased) leaseRanOut(message, this.losses);
    Object.assign(message, { leased: false, visibleAt: 0, returnedAt: message.visibleAt });
    this.recount(message, 1);
    if (message.withdrawn) this.forgetMessage(message);
    else this.returned.push(message);
  }

  private forgetMessage(message: Message): void {
    this.recount(message, -1);
    this.messages.delete(message.number);
    this.touched.add(message.chunk);
    const live = this.chunks.get(message.chunk);
    live?.delete(message);
    if (live?.size === 0) this.free(message.chunk);
    this.trim();
    if (!message.task) return;
    const { execution, path, attempt } = message.task;
    const own = this.tasks.get(execution);
    const key = taskKey(path, attempt);
    // After a restart the message that came in place of this one may be there already.
    if (own?.get(key) === message.number) own.delete(key);
    if (own?.size === 0) this.tasks.delete(execution);
  }

  private free(slot: number): void {
    this.chunks.delete(slot);
    if (slot !== this.openSlot) this.freeSlots.push(slot);
  }

  /** Forgets the due times of messages that are gone, before they are more than those of the others. */
  private trim(): void {
    const most = 2 * this.messages.size + TRIM_SLACK;
    const live = () => [...this.messages.values()];
    if (this.expiring.size > most) this.expiring.replace(live().flatMap((message) => expiry(message)));
    if (this.lines.size > most) this.lines.replace(live().filter(({ inLine }) => inLine));
    if (this.hidden.size > most) {
      const hidden = live().filter(({ visibleAt }) => visibleAt > 0);
      this.hidden.replace(hidden.map(({ visibleAt, number }) => ({ at: visibleAt, number })));
    }
  }

  /** Counts a message where it is now (or no more, with -1) and puts it in line. */
  private recount(message: Message, sign: 1 | -1): void {
    this.held.count(message, sign);
    if (message.withdrawn) this.sizes.withdrawn += sign;
    else if (message.dead) this.sizes.dead += sign;
    else if (message.leased) this.sizes.leased += sign;
    else if (message.visibleAt > 0) this.sizes.delayed += sign;
    else if (message.worker !== undefined) this.sizes.readyForNamed += sign;
    if (sign < 0 || message.dead) return;
    if (message.visibleAt > 0) {
      this.hidden.push({ at: message.visibleAt, number: message.number });
      this.trim();
    } else this.lines.add(message);
  }

  private index(message: Message): void {
    for (const entry of expiry(message)) this.expiring.push(entry);
    if (!message.task) return;
    const { execution, path, attempt } = message.task;
    const own = this.tasks.get(execution) ?? new Map<string, number>();
    own.set(taskKey(path, attempt), message.number);
    this.tasks.set(execution, own);
  }

  private clear(): void {
    this.messages.clear();
    this.chunks.clear();
    this.touched.clear();
    this.freeSlots.length = 0;
    this.returned = [];
    this.tasks.clear();
    this.batches.clear();
    this.lines.replace([]);
    this.held.clear();
    this.stopped = [];
    this.hidden.clear();
    this.expiring.clear();
    Object.assign(this.sizes, { delayed: 0, leased: 0, dead: 0, withdrawn: 0, readyForNamed: 0 });
  }
}

/** When something happens to a message; passed over when the message is gone or has changed since. */
interface Due {
  readonly at: number;
  readonly number: number;
}

const TRIM_SLACK = 1000;

function expiry({ expiresAt, number }: Message): Due[] {
  return expiresAt === undefined ? [] : [{ at: expiresAt, number }];
}

function taskKey(path: string, attempt: number): string {
  return `${attempt} ${path}`;
}

export function after(now: number, seconds: number): number {
  return now + seconds * SECOND_MS;
}
