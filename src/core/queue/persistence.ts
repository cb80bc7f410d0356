import { parseOwn } from "../json.ts";
import { BODY_CACHE_LENGTH, CHECKPOINT_LENGTH, QUEUE_CHECKPOINT_COMMITS } from "../limits.ts";
import { type MessageContent, contentBytes } from "../message-properties.ts";
import type { QueueEffect } from "./command.ts";
import type { QueueFact } from "./fact.ts";
import type { Message, NewMessage } from "./message.ts";
import { type MessageMeta, Queue, type QueueIdentity } from "./queue.ts";
import type { ChunkRow, QueueStore } from "./store.ts";

interface Head {
  readonly queue: QueueIdentity;
  readonly effects: readonly QueueEffect[];
  /** The last commit that head and chunk states contain. */
  readonly seq: number;
}

/** What a chunk row tells of its messages. */
interface ChunkMetas {
  /** Number of the first message. */
  readonly first: number;
  readonly at: number;
  /** How many of the commit's facts came before the first message was sent. */
  readonly after: number;
  readonly messages: readonly MessageMeta[];
  readonly batches: readonly (readonly [string, number])[];
}

/** A body alone, when nothing is attached to it: so it was before there were properties. */
type StoredContent = string | MessageContent;

interface ChunkState {
  /** Positions of the messages that are still there, with what changed of each since it was sent. */
  readonly live: readonly (readonly [position: number, changed: Partial<Message>])[];
}

interface CommitFacts {
  readonly at: number;
  readonly facts: readonly QueueFact[];
}

/** More slots than commits between checkpoints: no row is overwritten that might be read again. */
const FACT_SLOTS = 2 * QUEUE_CHECKPOINT_COMMITS;

/** A queue in memory, and how it comes from and goes to its store: at most one chunk and one row of facts a commit. */
export class QueuePersistence {
  readonly queue = new Queue();
  readonly effects = new Map<string, QueueEffect>();
  private newEffects: QueueEffect[] = [];
  private readonly store: QueueStore;
  private readonly bodies = new BodyCache();
  private seq = 0;
  private slots = 0;
  /** The last commit that a restart does not replay. */
  private checkpointSeq = 0;
  /** Text that a restart replays. */
  private tailLength = 0;
  /** Batches that only their chunk's row remembers so far. */
  private readonly chunkBatches = new Map<number, readonly (readonly [string, number])[]>();
  private facts: QueueFact[] = [];
  private chunk: PendingChunk | undefined;
  private wasDeleted = false;

  constructor(store: QueueStore) {
    this.store = store;
    this.read();
    this.newEffects = [...this.effects.values()];
  }

  /** Lets a fact take effect; it is written with the commit. */
  record(fact: QueueFact, now: number): void {
    this.facts.push(fact);
    this.apply(fact, now);
    if (fact.type !== "deleted") return;
    this.wasDeleted = true;
    this.chunk = undefined;
    this.queue.openSlot = undefined;
    this.chunkBatches.clear();
    this.bodies.clear();
  }

  /** Puts messages into the commit's chunk. */
  send(messages: readonly NewMessage[], now: number): void {
    const chunk = (this.chunk ??= this.newChunk(now));
    for (const { body, properties, ...meta } of messages) {
      this.queue.add(chunk.slot, chunk.metas.length, now, meta);
      chunk.metas.push(meta);
      chunk.bodies.push(properties ? { body, properties } : body);
    }
  }

  /** A repeat of this batch is dropped until then. */
  rememberBatch(batch: string, until: number, now: number): void {
    this.queue.batches.set(batch, until);
    if (this.chunk) this.chunk.batches.push([batch, until]);
    else this.record({ type: "batchTaken", batch, until }, now);
  }

  content({ chunk, position }: Message): MessageContent {
    const stored = this.bodiesOf(chunk)[position] ?? "";
    return typeof stored === "string" ? { body: stored } : stored;
  }

  private bodiesOf(chunk: number): readonly StoredContent[] {
    const known = chunk === this.chunk?.slot ? this.chunk.bodies : this.bodies.get(chunk);
    if (known) return known;
    const bodies = parseOwn<StoredContent[]>(this.store.readBodies(chunk));
    this.bodies.set(chunk, bodies);
    return bodies;
  }

  takeNewEffects(): readonly QueueEffect[] {
    const taken = this.newEffects;
    this.newEffects = [];
    return taken;
  }

  save(now: number): void {
    const { chunk, facts } = this;
    if (!chunk && facts.length === 0) return;
    this.seq++;
    if (this.wasDeleted) this.store.clear();
    if (chunk) this.saveChunk(chunk);
    if (facts.length > 0) this.saveFacts({ at: now, facts });
    const commits = this.seq - this.checkpointSeq;
    const due = commits >= QUEUE_CHECKPOINT_COMMITS || this.tailLength >= CHECKPOINT_LENGTH;
    this.chunk = undefined;
    this.queue.openSlot = undefined;
    this.facts = [];
    if (due || this.wasDeleted) this.checkpoint();
    this.wasDeleted = false;
  }

  private newChunk(now: number): PendingChunk {
    const slot = this.queue.freeSlots.pop() ?? this.slots++;
    this.queue.openSlot = slot;
    this.bodies.delete(slot);
    // The row that is written over may be the only one that remembers a batch.
    const batches = (this.chunkBatches.get(slot) ?? []).filter(([batch]) => this.queue.batches.has(batch));
    return {
      slot,
      first: this.queue.nextNumber,
      at: now,
      after: this.facts.length,
      metas: [],
      bodies: [],
      batches,
    };
  }

  private saveChunk({ slot, first, at, after, metas, bodies, batches }: PendingChunk): void {
    const row: ChunkMetas = { first, at, after, messages: metas, batches };
    const text = JSON.stringify(row);
    this.store.writeChunk(slot, this.seq, text, JSON.stringify(bodies));
    this.bodies.set(slot, bodies);
    this.tailLength += text.length;
    if (batches.length > 0) this.chunkBatches.set(slot, batches);
    else this.chunkBatches.delete(slot);
    if (!this.queue.chunks.has(slot)) this.queue.freeSlots.push(slot);
  }

  private saveFacts(commit: CommitFacts): void {
    const text = JSON.stringify(commit);
    this.store.writeFacts(this.seq % FACT_SLOTS, this.seq, text);
    this.tailLength += text.length;
  }

  /** Writes what changed of each chunk since the last checkpoint, and that nothing before needs to be replayed. */
  private checkpoint(): void {
    const { queue } = this;
    for (const slot of queue.touched) {
      const live = queue.chunks.get(slot);
      if (!live) continue;
      this.store.writeChunkState(slot, JSON.stringify(stateOf(live)));
      if (Array.from(live).every(({ withdrawn }) => withdrawn)) this.dropBodies(slot);
    }
    queue.touched.clear();
    for (const slot of queue.freeSlots.splice(0)) this.store.deleteChunk(slot);
    const head: Head = { queue: queue.identity(), effects: [...this.effects.values()], seq: this.seq };
    this.store.writeHead(JSON.stringify(head));
    this.chunkBatches.clear();
    this.checkpointSeq = this.seq;
    this.tailLength = 0;
  }

  private dropBodies(slot: number): void {
    this.store.dropBodies(slot);
    this.bodies.delete(slot);
  }

  private apply(fact: QueueFact, at: number): void {
    this.queue.evolve(fact, at);
    const effect = { generation: this.queue.generation, since: at };
    const { generation } = effect;
    if (fact.type === "created")
      this.addEffect({ ...effect, kind: "registerQueue", id: `register:${generation}` });
    if (fact.type === "deleted")
      this.addEffect({ ...effect, kind: "unregisterQueue", id: `unregister:${generation}` });
    if (fact.type === "effectOver") this.effects.delete(fact.effect);
  }

  private addEffect(effect: QueueEffect): void {
    this.effects.clear();
    this.effects.set(effect.id, effect);
    this.newEffects.push(effect);
  }

  private read(): void {
    const text = this.store.readHead();
    const head = text === undefined ? undefined : parseOwn<Head>(text);
    if (head) this.queue.restoreIdentity(head.queue);
    for (const effect of head?.effects ?? []) this.effects.set(effect.id, effect);
    this.seq = head?.seq ?? 0;
    const chunks = [...this.store.readChunks()].toSorted((a, b) => a.seq - b.seq);
    for (const row of chunks) this.slots = Math.max(this.slots, row.slot + 1);
    this.replay(chunks, this.seq);
  }

  private replay(chunks: readonly ChunkRow[], checkpoint: number): void {
    for (const chunk of chunks.filter(({ seq }) => seq <= checkpoint)) this.readChunk(chunk);
    const later = new Map(chunks.filter(({ seq }) => seq > checkpoint).map((chunk) => [chunk.seq, chunk]));
    const commits = new Map<number, CommitFacts>();
    for (const { seq, text } of this.store.readFacts(checkpoint))
      commits.set(seq, parseOwn<CommitFacts>(text));
    const last = Math.max(checkpoint, ...later.keys(), ...commits.keys());
    for (let seq = checkpoint + 1; seq <= last; seq++) this.replayCommit(later.get(seq), commits.get(seq));
    this.checkpointSeq = checkpoint;
    this.seq = last;
  }

  private replayCommit(chunk: ChunkRow | undefined, commit: CommitFacts | undefined): void {
    const { at = 0, facts = [] } = commit ?? {};
    const before = chunk ? parseOwn<ChunkMetas>(chunk.metas).after : 0;
    for (const fact of facts.slice(0, before)) this.apply(fact, at);
    if (chunk) this.readChunk(chunk);
    for (const fact of facts.slice(before)) this.apply(fact, at);
  }

  private readChunk({ slot, metas, state }: ChunkRow): void {
    const { first, at, messages, batches } = parseOwn<ChunkMetas>(metas);
    const { live } = state === undefined ? { live: undefined } : parseOwn<ChunkState>(state);
    const positions = live ? new Map(live) : undefined;
    this.queue.nextNumber = Math.max(this.queue.nextNumber, first);
    for (const [position, meta] of messages.entries()) {
      const changed = positions ? positions.get(position) : {};
      if (changed) this.queue.add(slot, position, at, meta, first + position, changed);
    }
    this.queue.nextNumber = Math.max(this.queue.nextNumber, first + messages.length);
    if (!this.queue.chunks.has(slot)) this.queue.freeSlots.push(slot);
    for (const [batch, until] of batches) this.queue.batches.set(batch, until);
    if (batches.length > 0) this.chunkBatches.set(slot, batches);
  }
}

interface PendingChunk {
  readonly slot: number;
  readonly first: number;
  readonly at: number;
  readonly after: number;
  readonly metas: MessageMeta[];
  readonly bodies: StoredContent[];
  readonly batches: (readonly [string, number])[];
}

function stateOf(live: ReadonlySet<Message>): ChunkState {
  return {
    live: Array.from(live, ({ position, leased, holder, returnedAt, ...message }) => {
      const { visibleAt, lease, deliveries, firstDeliveredAt, withdrawn, dead } = message;
      const changed = { visibleAt, lease, leased, deliveries, firstDeliveredAt, withdrawn, dead };
      const where = { ...(leased && holder && { holder }), ...(returnedAt !== undefined && { returnedAt }) };
      return [position, { ...changed, ...where }] as const;
    }),
  };
}

function lengthOf(stored: StoredContent): number {
  return typeof stored === "string" ? stored.length : contentBytes(stored);
}

/** Bodies of the chunks used last, so that what is received soon after it was sent is not read again. */
class BodyCache {
  private readonly chunks = new Map<number, { bodies: readonly StoredContent[]; length: number }>();
  private length = 0;

  get(slot: number): readonly StoredContent[] | undefined {
    return this.chunks.get(slot)?.bodies;
  }

  set(slot: number, bodies: readonly StoredContent[]): void {
    this.delete(slot);
    const length = bodies.reduce((sum, body) => sum + lengthOf(body), 0);
    this.chunks.set(slot, { bodies, length });
    this.length += length;
    for (const oldest of this.chunks.keys()) {
      if (this.length <= BODY_CACHE_LENGTH || oldest === slot) break;
      this.delete(oldest);
    }
  }

  delete(slot: number): void {
    this.length -= this.chunks.get(slot)?.length ?? 0;
    this.chunks.delete(slot);
  }

  clear(): void {
    this.chunks.clear();
    this.length = 0;
  }
}
