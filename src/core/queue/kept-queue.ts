import { Budget } from "../durable/budget.ts";
import { Journal, type Journaled } from "../durable/journal.ts";
import type { SharedCache } from "../durable/shared-cache.ts";
import { CHECKPOINT_LENGTH, LOST_TOLD_EVERY_MS, QUEUE_CHECKPOINT_COMMITS } from "../limits.ts";
import { type EffectSource, NOTHING_PARKED } from "../machine.ts";
import type { Rejection } from "../result.ts";
import { contentOf, storedContent } from "./chunk-texts.ts";
import { QUEUE_EFFECT_KINDS, type OwnEffect, type TellOfQueue } from "./command.ts";
import type { Sent } from "./chunk.ts";
import { DepthHistory, type DepthView, type QueueRates, type Stand } from "./depth-history.ts";
import type { QueueFact } from "./fact.ts";
import type { Message, MessageMeta, NewMessage } from "./message.ts";
import { Queue } from "./queue.ts";
import { QueueJournal } from "./queue-journal.ts";
import type { QueueSnapshot } from "./snapshot.ts";
import type { QueueStore } from "./store.ts";
import type { WorkerNotes } from "./worker-notes.ts";

/** An effect in memory: it names a task. */
const EFFECT_MEMORY_BYTES = 1000;

/** A queue in memory, with its effects; facts change it and go to its journal. */
export class KeptQueue implements Journaled<QueueFact | Sent, QueueSnapshot> {
  readonly queue = new Queue((message) => this.meta(message));
  readonly effects: EffectSource<OwnEffect> = {
    takeNew: () => this.fresh.splice(0),
    isPending: ({ id }) => this.pending.has(id),
    boundOf: ({ kind }) => QUEUE_EFFECT_KINDS[kind].bound,
    ...NOTHING_PARKED,
  };
  /** How many facts there were in this memory. */
  facts = 0;
  private readonly pending = new Map<string, OwnEffect>();
  private fresh: OwnEffect[] = [];
  /** When the webhook was told of workers last. */
  private readonly lostTold = new Map<string, number>();
  private readonly depths: DepthHistory;
  private readonly workers: WorkerNotes;
  private readonly rows: QueueJournal;
  private readonly journal: Journal<QueueFact | Sent, QueueSnapshot>;

  constructor(store: QueueStore, workers: WorkerNotes, cache: SharedCache) {
    this.depths = new DepthHistory(store);
    this.workers = workers;
    this.rows = new QueueJournal(store, this.queue, { depths: this.depths, workers }, cache);
    const bounds = { commits: QUEUE_CHECKPOINT_COMMITS, length: CHECKPOINT_LENGTH };
    this.journal = new Journal(this, this.rows, bounds);
    this.fresh = [...this.pending.values()];
  }

  /** Effects that are not done. */
  undone(): readonly OwnEffect[] {
    return [...this.pending.values()];
  }

  emit(fact: QueueFact, now: number): void {
    if (fact.type !== "effectOver") this.facts++;
    this.note(fact, now);
    if (fact.type === "deleted") this.rows.forgetAll();
  }

  /** Puts messages into the commit's chunk. */
  send(messages: readonly NewMessage[], now: number): void {
    this.facts++;
    const metas = messages.map(({ body: _, properties: __, ...meta }) => meta);
    const place = this.rows.addTexts(metas, messages.map(storedContent));
    const first = this.queue.nextNumber;
    this.note({ type: "sent", ...place, first, messages: metas }, now);
  }

  /** What a message's chunk says of it. */
  meta(message: Message): MessageMeta {
    return this.rows.meta(message);
  }

  /** A message as it was sent. */
  sent(message: Message): NewMessage {
    return { ...this.rows.meta(message), ...contentOf(this.rows.body(message)) };
  }

  /** Of a command for which so many bytes and messages more would be kept. */
  refusal(bytes: number, remedy: string, messages = 0): Rejection | undefined {
    const kept = this.queue.bytesWith(0);
    const budget = new Budget();
    budget.charge(kept + this.pending.size * EFFECT_MEMORY_BYTES);
    return budget.refusal(this.queue.bytesWith(messages) - kept + bytes, "the queue", remedy);
  }

  /** This memory is not used any more: the isolate's cache need not keep anything for it. */
  discard(): void {
    this.rows.forgetTexts();
  }

  /** True when it has much more room than it needs, and another memory would begin with nothing to replay. */
  save(now: number): boolean {
    // Before the journal: what has a row need not stand in its checkpoint.
    this.depths.settle(standOf(this.queue), now);
    this.depths.save(now);
    return this.journal.save(now) && this.queue.isSparse;
  }

  apply(fact: QueueFact | Sent, at: number): void {
    if (fact.type === "taskLost") this.tellOfLost(fact, at);
    this.queue.evolve(fact, at);
    const effect = { generation: this.queue.generation, since: at };
    const { generation } = effect;
    if (fact.type === "created") this.ask({ ...effect, kind: "registerQueue", id: `register:${generation}` });
    if (fact.type === "deleted")
      this.ask({ ...effect, kind: "unregisterQueue", id: `unregister:${generation}` });
    if (fact.type === "workerLost") this.notifyLost(fact, at);
    if (fact.type === "effectOver") this.pending.delete(fact.effect);
  }

  /** How full it was from one time to another, epoch milliseconds. */
  depthBetween(from: number, to: number, now: number): DepthView {
    return this.depths.view(from, to, now, standOf(this.queue));
  }

  rates(now: number): QueueRates {
    return this.depths.rates(now);
  }

  /** Lets a fact take effect, and notes what it did to how full the queue is. */
  private note(fact: QueueFact | Sent, now: number): void {
    const { queue } = this;
    const [before, size] = [standOf(queue), queue.size];
    const waitedMs = fact.type === "leased" ? longestWait(queue, fact.messages, now) : 0;
    this.journal.emit(fact, now);
    if (fact.type === "deleted") return this.depths.clear();
    const after = standOf(queue);
    const sent = fact.type === "sent" ? fact.messages.length : 0;
    const gone = size + sent - queue.size;
    if (sent + gone > 0 || after.ready !== before.ready || after.inFlight !== before.inFlight)
      this.depths.note({ before, after, sent, gone, waitedMs }, now);
  }

  /** Whether the webhook may be told of a worker again. */
  mayNotify(worker: string, now: number): boolean {
    const toldAt = this.lostTold.get(worker);
    return toldAt === undefined || now - toldAt >= LOST_TOLD_EVERY_MS;
  }

  snapshot(): QueueSnapshot {
    const [depths, workers] = [this.depths.snapshot(), this.workers.snapshot()];
    const own = { queue: this.queue.identity(), effects: [...this.pending.values()] };
    return { ...own, ...(depths.length > 0 && { depths }), ...(workers.length > 0 && { workers }) };
  }

  restore({ queue, effects, chunks = [], depths = [], workers = [] }: QueueSnapshot): void {
    this.queue.restoreIdentity(queue);
    for (const effect of effects) this.pending.set(effect.id, effect);
    for (const chunk of chunks) this.queue.restoreChunk(chunk);
    this.depths.restore(depths);
    this.workers.restore(workers);
  }

  /** The queue forgets these messages: what is to be told of them is made before. */
  private tellOfLost(
    { messages, cause, task: told }: Extract<QueueFact, { type: "taskLost" }>,
    since: number,
  ): void {
    const { generation } = this.queue;
    for (const number of messages) {
      const message = this.queue.message(number);
      const task = told ?? (message && this.meta(message).task);
      if (task) this.await({ id: `lost:${generation}:${number}`, since, kind: "reportLost", task, cause });
    }
  }

  private notifyLost({ type: _, ...loss }: Extract<QueueFact, { type: "workerLost" }>, since: number): void {
    this.lostTold.set(loss.worker, since);
    for (const [worker, at] of this.lostTold)
      if (since - at >= LOST_TOLD_EVERY_MS) this.lostTold.delete(worker);
    const id = `notifyLost:${this.queue.generation}:${since}:${loss.worker}`;
    this.await({ id, since, kind: "notifyLost", ...loss });
  }

  /** What the directory is to be told now is all that it is to be told. */
  private ask(effect: TellOfQueue): void {
    for (const [id, { kind }] of this.pending)
      if (kind === "registerQueue" || kind === "unregisterQueue") this.pending.delete(id);
    this.await(effect);
  }

  private await(effect: OwnEffect): void {
    this.pending.set(effect.id, effect);
    this.fresh.push(effect);
  }
}

function standOf(queue: Queue): Stand {
  const { ready, leased } = queue.counts();
  return { ready, inFlight: leased, nextSentAt: ready === 0 ? undefined : queue.next()?.sentAt };
}

function longestWait(queue: Queue, messages: readonly number[], at: number): number {
  const waits = messages.map((number) => at - (queue.message(number)?.sentAt ?? at));
  return waits.reduce((longest, wait) => Math.max(longest, wait), 0);
}
