import { given } from "../given.ts";
import {
  BATCH_MEMORY_MS,
  DEAD_LETTER_RETENTION_SECONDS,
  PRIORITY_DEFAULT,
  QUEUE_MESSAGES_MAX,
  QUEUE_TAKERS_BYTES,
} from "../limits.ts";
import type { Inspection } from "../inspection-views.ts";
import type { SharedCache } from "../durable/shared-cache.ts";
import type { EffectSource, Machine } from "../machine.ts";
import { UnreadableError, readable } from "../unreadable.ts";
import { contentBytes } from "../message-properties.ts";
import { type Rejection, reject } from "../result.ts";
import { type Stand, Tellings, withTellings } from "../telling.ts";
import { batchBytes } from "./batches.ts";
import { DEFAULT_ATTRIBUTES } from "./attributes.ts";
import {
  BY_PEOPLE,
  type AcceptTasks,
  type MessageToSend,
  type QueueCommand,
  type QueueEffect,
  type QueueOutcome,
  type SendMessages,
  type SendVerdict,
  type Withdraw,
} from "./command.ts";
import type { DepthView } from "./depth-history.ts";
import type { QueueTelling } from "./digest.ts";
import type { QueueFact } from "./fact.ts";
import {
  type Message,
  type MessageMeta,
  type NewMessage,
  type PeekedMessage,
  formatReceipt,
  messageId,
  toPeeked,
} from "./message.ts";
import { type DeadLettersPage, type DeadLettersQuery, changeDead, readDeadLetters } from "./dead-letters.ts";
import { inspectQueue } from "./inspect-queue.ts";
import { KeptQueue } from "./kept-queue.ts";
import { whyLost } from "./losses.ts";
import { pauseQueue, resumeQueue } from "./pause-queue.ts";
import type { Pollers } from "./pollers.ts";
import { putQueue } from "./put-queue.ts";
import { type Queue, after } from "./queue.ts";
import { beatTask, changeLease } from "./receipts.ts";
import { notExist, roomMadeBy } from "./refusals.ts";
import { Registry } from "./registry.ts";
import { WorkerNotes } from "./worker-notes.ts";
import { hiddenUntil, taskMessage } from "./task-message.ts";
import { queueTelling } from "./queue-telling.ts";
import { queueTimerAt } from "./queue-timers.ts";
import type { QueueStore } from "./store.ts";
import { type TurnContext, drainWorker, serveWaiting, takeTurn } from "./turn.ts";
import { meantBy } from "./withdrawal.ts";

const OK = { ok: true } as const;
/** A queue on its store: the rules of sending, leasing and deleting. */
export class QueueMachine implements Machine<QueueCommand, QueueOutcome, QueueEffect> {
  private readonly store: QueueStore;
  private readonly cache: SharedCache;
  private readonly pollers: Pollers;
  private readonly tellings = new Tellings();
  private readonly notes = new WorkerNotes();
  private memory: KeptQueue | undefined;
  private known: Registry | undefined;
  /** Epoch milliseconds. */
  private lookedAt = 0;

  constructor(store: QueueStore, pollers: Pollers, cache: SharedCache) {
    this.store = store;
    this.cache = cache;
    this.pollers = pollers;
  }

  readonly effects: EffectSource<QueueEffect> = withTellings(
    () => this.load().effects,
    this.tellings,
    () => this.load().queue.generation > 0,
  );

  /** How the queue stands, and what the board is told of it. */
  telling(now: number, name: string): Stand<QueueTelling> | undefined {
    const rates = this.load().rates(now);
    const telling = queueTelling(this.read(now), this.registry, this.pollers, rates, name, now);
    return telling && { stand: this.tellings.stand, telling };
  }

  inspect(now: number): Inspection {
    return inspectQueue(this.read(now), this.load().undone(), now);
  }

  get exists(): boolean {
    return this.load().queue.exists;
  }

  /** The queue as it is now. For reading. */
  read(now: number): Queue {
    const { queue } = this.load();
    queue.elapse(now);
    this.lookedAt = now;
    return queue;
  }

  /** When the next hidden message comes back. */
  nextVisibleAt(): number | undefined {
    return this.load().queue.nextVisibleAt();
  }

  /** Who works here. For reading. */
  get registry(): Registry {
    // First: it takes back what the rows of others told of workers.
    const { losses } = this.load().queue;
    const known = (this.known ??= new Registry(this.store.readWorkers(), this.notes));
    for (const loss of losses.splice(0)) known.countLost(loss);
    return known;
  }

  /** The next messages, without taking them; undefined when there is no such queue. */
  peek(max: number, now: number): readonly PeekedMessage[] | undefined {
    const memory = this.load();
    const queue = this.read(now);
    return queue.exists
      ? queue.peek(max).map((message) => toPeeked(message, memory.sent(message)))
      : undefined;
  }

  /** Undefined when there is no such queue. */
  deadLetters(query: DeadLettersQuery, now: number): DeadLettersPage | undefined {
    return this.read(now).exists ? readDeadLetters(this.load(), query) : undefined;
  }

  /** How full it was between two times (epoch ms); undefined when there is no such queue. */
  depthBetween(from: number, to: number, now: number): DepthView | undefined {
    return this.read(now).exists ? this.load().depthBetween(from, to, now) : undefined;
  }

  /** What a message's chunk says of it. For reading. */
  meta(message: Message): MessageMeta {
    return this.load().meta(message);
  }

  /** Throws where the queue cannot be read, unless it is to be deleted. */
  handle(command: QueueCommand, now: number): QueueOutcome {
    if (command.type === "deleteQueue" && !this.isReadable()) this.beginAnew(now);
    const { queue } = this.load();
    this.elapse(now);
    if (command.type === "putQueue") return putQueue(this.load(), command, now);
    if (BY_PEOPLE.has(command.type)) this.tellings.hurry();
    if (command.type === "effectOver") return this.effectOver(command.effect, now);
    // None of its effects is ever parked.
    if (command.type === "effectParked" || command.type === "retryEffects") return OK;
    if (command.type === "boardTold") this.tellings.boardTold(command, now);
    if (command.type === "boardTold" || command.type === "tick") return OK;
    if (!queue.exists) return notExist();
    switch (command.type) {
      case "deleteQueue":
        return this.delete(now);
      case "sendMessages":
        return this.send(command, now);
      case "acceptTasks":
        return this.accept(command, now);
      case "work":
        return takeTurn(this.turn(), command, now);
      case "extend":
      case "release": {
        const memory = this.load();
        return {
          ok: true,
          verdicts: command.receipts.map((receipt) => changeLease(memory, command, receipt, now)),
        };
      }
      case "beatTask":
        return beatTask(this.load(), command, now);
      case "withdraw":
        return this.withdraw(command, now);
      case "drainWorker":
        return drainWorker(this.turn(), command, now);
      case "redriveDead":
      case "purgeDead":
        return changeDead(this.load(), command, now);
      case "pauseQueue":
        return pauseQueue(this.load(), command, now);
      case "resumeQueue":
        return resumeQueue(this.load(), now);
    }
  }

  /** Those who wait get what became receivable in this commit. */
  beforeSave(now: number): void {
    const { queue } = this.load();
    if (!queue.exists) this.pollers.dismiss();
    this.buryReturned(now);
    serveWaiting(this.turn(), now);
    this.notifyOfLosses(now);
    const { facts } = this.load();
    this.tellings.look(JSON.stringify([facts, this.registry.changes, queue.counts()]), now);
  }

  save(now: number): void {
    const memory = this.load();
    if (!memory.queue.exists) this.registry.clear();
    // Before the journal, whose rows take along what the rows of workers do not have.
    this.registry.save((number, text) => this.store.writeWorkers(number, text), now);
    const isSparse = memory.save(now);
    if (isSparse) this.giveBack();
  }

  discardMemory(): void {
    this.giveBack();
    this.known = undefined;
    this.notes.clear();
    this.tellings.discard();
    this.pollers.takeBack();
  }

  nextTimerAt(): number | undefined {
    return queueTimerAt(this.load().queue, this.pollers, this.lookedAt);
  }

  wakeCommand(): QueueCommand {
    return { type: "tick" };
  }

  /** What is needed is read again. */
  private giveBack(): void {
    this.memory?.discard();
    this.memory = undefined;
  }

  private load(): KeptQueue {
    return (this.memory ??= readable("the queue", () => new KeptQueue(this.store, this.notes, this.cache)));
  }

  private isReadable(): boolean {
    try {
      this.load();
      return true;
    } catch (error) {
      if (error instanceof UnreadableError) return false;
      throw error;
    }
  }

  /** In a generation above any that the directory, or a receipt, knows of it. */
  private beginAnew(now: number): void {
    this.store.clear();
    this.store.forgetHead();
    this.emit({ type: "created", generation: now, attributes: DEFAULT_ATTRIBUTES }, now);
  }

  private turn(): TurnContext {
    const { pollers, registry } = this;
    return { memory: this.load(), pollers, registry };
  }

  /** A repeat of this batch is dropped for a while. */
  private rememberBatch(batch: string, now: number): void {
    this.emit({ type: "batchTaken", batch, until: now + BATCH_MEMORY_MS }, now);
  }

  private emit(fact: QueueFact, now: number): void {
    this.load().emit(fact, now);
  }

  private elapse(now: number): void {
    const { queue } = this.load();
    queue.elapse(now);
    this.lookedAt = now;
    this.buryReturned(now);
  }

  /** What came back too often is given to nobody again: a task fails, anything else is a dead letter. */
  private buryReturned(now: number): void {
    const memory = this.load();
    const { queue } = memory;
    const { attributes } = queue;
    const { maxDeliveries = Number.POSITIVE_INFINITY } = attributes;
    const dead: number[] = [];
    for (const message of queue.takeReturned()) {
      const cause = whyLost(message, attributes);
      if (cause !== undefined) {
        const { task } = memory.meta(message);
        this.emit({ type: "taskLost", messages: [message.number], cause, ...given({ task }) }, now);
      } else if (message.deliveries >= maxDeliveries) dead.push(message.number);
    }
    if (dead.length === 0) return;
    const expiresAt = after(now, DEAD_LETTER_RETENTION_SECONDS);
    this.emit({ type: "died", messages: dead, expiresAt }, now);
  }

  private notifyOfLosses(now: number): void {
    const memory = this.load();
    const { exists, attributes } = memory.queue;
    for (const [worker, loss] of this.registry.takeNewLosses())
      if (exists && attributes.notifyLost && memory.mayNotify(worker, now))
        this.emit({ type: "workerLost", worker, ...loss }, now);
  }

  private delete(now: number): QueueOutcome {
    const { generation } = this.load().queue;
    this.emit({ type: "deleted" }, now);
    return { ok: true, generation };
  }

  private effectOver(effect: QueueEffect, now: number): QueueOutcome {
    if (effect.kind !== "tellBoard" && this.load().effects.isPending(effect))
      this.emit({ type: "effectOver", effect: effect.id }, now);
    return OK;
  }

  private send({ messages, batch, each = false, anySize = false }: SendMessages, now: number): QueueOutcome {
    const { queue } = this.load();
    const { maximumMessageSize } = queue.attributes;
    const tooLarge = reject(
      "MessageTooLarge",
      `this queue takes messages of at most ${maximumMessageSize} bytes, with their properties`,
    );
    const fits = messages.map((message) => anySize || contentBytes(message) <= maximumMessageSize);
    if (!each && fits.includes(false)) return tooLarge;
    const isRepeat = batch !== undefined && queue.batches.has(batch);
    const fitting = messages.filter((_, position) => fits[position]);
    const full = isRepeat ? undefined : this.refuseFull(fitting.length, batch === undefined ? [] : [batch]);
    if (full) return full;
    const name = batch ?? messageId(queue.generation, queue.nextNumber);
    const sent: SendVerdict[] = messages.map((message, position) => {
      if (!fits[position]) return tooLarge;
      const id = `${name}-${position.toString(36)}`;
      return isRepeat ? { ok: true, id } : this.sendOne(id, message, now);
    });
    if (batch !== undefined && !isRepeat && fitting.length > 0) this.rememberBatch(batch, now);
    return { ok: true, sent };
  }

  private sendOne(
    id: string,
    { priority, delaySeconds, worker, ...content }: MessageToSend,
    now: number,
  ): SendVerdict {
    const { attributes, generation, nextNumber } = this.load().queue;
    const visibleAt = hiddenUntil(delaySeconds ?? attributes.delaySeconds, now);
    const message: NewMessage = {
      ...content,
      id,
      priority: priority ?? PRIORITY_DEFAULT,
      visibleAt,
      expiresAt: after(now, attributes.retentionSeconds),
      ...(worker !== undefined && { worker }),
    };
    this.load().send([message], now);
    return { ok: true, id, ...(visibleAt > 0 && { receipt: formatReceipt(generation, nextNumber, 0) }) };
  }

  /** Idempotent by batch, and by task: for as long as its message lives, or for a while when nobody reports it. */
  private accept({ batch, execution, tasks }: AcceptTasks, now: number): QueueOutcome {
    const { queue } = this.load();
    if (queue.batches.has(batch)) return OK;
    const once = [...new Map(tasks.map((task) => [task.id, task])).values()];
    const fresh = once.filter(({ id, awaitsReport, path, attempt }) =>
      awaitsReport ? !queue.taskMessage({ execution, path, attempt }) : !queue.batches.has(id),
    );
    const sent = fresh.filter(({ awaitsReport }) => !awaitsReport).map(({ id }) => id);
    const full = this.refuseFull(fresh.length, [batch, ...sent]);
    if (full) return full;
    if (fresh.length > 0)
      this.load().send(
        fresh.map((task) => taskMessage(queue.attributes, execution, task, now)),
        now,
      );
    for (const key of [batch, ...sent]) this.rememberBatch(key, now);
    return OK;
  }

  private refuseFull(more: number, batches: readonly string[]): Rejection | undefined {
    const memory = this.load();
    if (memory.queue.size + more > QUEUE_MESSAGES_MAX) {
      return reject(
        "QueueFull",
        `a queue holds ${QUEUE_MESSAGES_MAX} messages: wait until workers have taken some`,
      );
    }
    const bytes = batches.reduce((sum, batch) => sum + batchBytes(batch), QUEUE_TAKERS_BYTES);
    return memory.refusal(bytes, roomMadeBy(memory.queue), more);
  }

  private withdraw(withdrawal: Withdraw, now: number): QueueOutcome {
    const messages = meantBy(this.load().queue, withdrawal);
    if (messages.length > 0) this.emit({ type: "withdrawn", messages }, now);
    return OK;
  }
}
