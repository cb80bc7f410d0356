import type { Commit, JournalStore } from "../durable/journal.ts";
import { given } from "../given.ts";
import { shaped } from "../durable/shape.ts";
import { parseOwn } from "../json.ts";
import { QUEUE_CHECKPOINT_COMMITS } from "../limits.ts";
import type { SharedCache } from "../durable/shared-cache.ts";
import { assert } from "../result.ts";
import type { Batch } from "./batches.ts";
import { ChunkTexts, type StoredContent } from "./chunk-texts.ts";
import type { KeptChunk, Sent } from "./chunk.ts";
import type { DepthCells, DepthHistory } from "./depth-history.ts";
import type { QueueFact } from "./fact.ts";
import { KeptBatches } from "./kept-batches.ts";
import type { Message, MessageMeta, MessageState } from "./message.ts";
import type { Queue } from "./queue.ts";
import type { QueueSnapshot } from "./snapshot.ts";
import type { ChunkMetas, ChunkRow, QueueStore } from "./store.ts";
import type { WorkerNote, WorkerNotes } from "./worker-notes.ts";

interface Head extends QueueSnapshot {
  /** The last commit that head and chunk states contain. */
  readonly seq: number;
}

const HEAD = shaped<Head>({
  seq: "number",
  queue: {
    generation: "number",
    exists: "flag",
    attributes: "object",
    nextNumber: "number",
    batches: "list",
  },
});

type ChunkState = Required<Pick<KeptChunk, "live">>;

/** A chunk that the last checkpoint does not know yet. */
interface LaterChunk {
  readonly slot: number;
  readonly metas: ChunkMetas;
}

interface RingRow {
  readonly at: number;
  readonly facts: readonly QueueFact[];
  /** How full the queue was, where it is another since the row before. */
  readonly depths?: DepthCells;
  /** What changed of workers since the row before. */
  readonly workers?: readonly WorkerNote[];
}

/** By-products of facts that ride in the rows of others. */
interface Riders {
  readonly depths: DepthHistory;
  readonly workers: WorkerNotes;
}

/** The chunk that the commit is filling. */
interface OpenChunk {
  readonly slot: number;
  readonly metas: MessageMeta[];
  readonly bodies: StoredContent[];
  /** Batches that only the row that will be written over remembers. */
  readonly batches: readonly Batch[];
}

/** Slots that no row lies in are used again, those of a queue that was emptied at once aside. */
const SPARE_SLOTS_MAX = 10_000;

/** More slots than commits between checkpoints: no row is overwritten that might be read again. */
const FACT_SLOTS = 2 * QUEUE_CHECKPOINT_COMMITS;

/**
 * A queue's journal as rows: at most one chunk and one row of the ring a commit. What is sent lies in a chunk, which
 * outlives the ring; where among the commit's facts it was sent, the chunk tells.
 */
export class QueueJournal implements JournalStore<QueueFact | Sent, QueueSnapshot> {
  private readonly store: QueueStore;
  private readonly queue: Queue;
  private readonly riders: Riders;
  private readonly texts: ChunkTexts;
  private readonly batches: KeptBatches;
  private slots = 0;
  /** Slots of chunks that were deleted. */
  private readonly spareSlots: number[] = [];
  private open: OpenChunk | undefined;
  /** Batches that only their chunk's row remembers so far. */
  private readonly chunkBatches = new Map<number, readonly Batch[]>();
  /** Chunks of commits after the checkpoint, by commit, from `load` to `tail`. */
  private later = new Map<number, LaterChunk>();

  constructor(store: QueueStore, queue: Queue, riders: Riders, cache: SharedCache) {
    this.store = store;
    this.queue = queue;
    this.riders = riders;
    this.texts = new ChunkTexts(store, cache);
    this.batches = new KeptBatches(store, queue.batches);
  }

  /** Puts messages into the commit's chunk; tells where they lie. */
  addTexts(metas: readonly MessageMeta[], bodies: readonly StoredContent[]): Pick<Sent, "slot" | "position"> {
    const open = (this.open ??= this.openChunk());
    const place = { slot: open.slot, position: open.bodies.length };
    open.metas.push(...metas);
    open.bodies.push(...bodies);
    return place;
  }

  /** What a message's chunk says of it. */
  meta({ chunk, position }: Message): MessageMeta {
    const metas = chunk === this.open?.slot ? this.open.metas : this.texts.metasOf(chunk);
    const meta = metas[position];
    assert(meta, "a message lies in its chunk");
    return meta;
  }

  body({ chunk, position }: Message): StoredContent {
    const bodies = chunk === this.open?.slot ? this.open.bodies : this.texts.bodiesOf(chunk);
    return bodies[position] ?? "";
  }

  /** Memory is given up. */
  forgetTexts(): void {
    this.texts.forgetAll();
  }

  /** The queue is deleted: nothing of its chunks is written any more. */
  forgetAll(): void {
    this.closeChunk();
    this.chunkBatches.clear();
    this.batches.forgetAll();
    this.texts.forgetAll();
  }

  load(): { readonly snapshot?: QueueSnapshot; readonly seq: number } {
    const text = this.store.readHead();
    const head = text === undefined ? undefined : HEAD.read(text);
    const seq = head?.seq ?? 0;
    this.batches.load();
    const chunks = this.readChunks(seq);
    if (head) return { snapshot: { ...head, chunks }, seq };
    for (const _ of chunks) continue;
    return { seq };
  }

  /** Chunks of commits up to one; of those after it only what the tail needs is kept, which is little. */
  private *readChunks(seq: number): Generator<KeptChunk> {
    for (const row of this.store.readChunks()) {
      this.slots = Math.max(this.slots, row.slot + 1);
      if (row.seq <= seq) yield keptChunk(row);
      else {
        const metas = parseOwn<ChunkMetas>(row.metas);
        this.later.set(row.seq, { slot: row.slot, metas });
        this.rememberBatches(row.slot, metas.batches);
      }
    }
  }

  *tail(after: number): Generator<Commit<QueueFact | Sent>> {
    const { later } = this;
    this.later = new Map();
    const ring = new Map<number, RingRow>();
    for (const { seq, text } of this.store.readFacts(after)) ring.set(seq, parseOwn<RingRow>(text));
    const last = Math.max(after, ...later.keys(), ...ring.keys());
    for (let seq = after + 1; seq <= last; seq++) {
      const [chunk, row] = [later.get(seq), ring.get(seq)];
      const depths = row?.depths ?? chunk?.metas.depths;
      if (depths) this.riders.depths.restore(depths);
      if (row?.workers) this.riders.workers.restore(row.workers);
      yield joined(seq, chunk, row);
    }
  }

  append({ seq, at, facts }: Commit<QueueFact | Sent>): number {
    const deleted = facts.findLastIndex(({ type }) => type === "deleted");
    if (deleted >= 0) this.store.clear();
    const ring: QueueFact[] = [];
    const sent: Sent[] = [];
    const batches: Batch[] = [...(this.open?.batches ?? [])];
    let after = 0;
    for (const [index, fact] of facts.entries()) {
      if (fact.type === "sent") {
        // What was sent before a deletion is gone with the queue.
        if (index < deleted) continue;
        if (sent.length === 0) after = ring.length;
        sent.push(fact);
      } else if (fact.type === "batchTaken" && sent.length > 0) batches.push([fact.batch, fact.until]);
      else ring.push(fact);
    }
    let length = 0;
    const [first] = sent;
    // In one row of the commit, the one that is read in any case.
    const more = given({ depths: this.riders.depths.takeChanged() });
    if (first) {
      const messages = sent.flatMap((one) => one.messages);
      const own = ring.length === 0 ? more : {};
      length += this.writeChunk(seq, { first: first.first, at, after, messages, batches, ...own });
    }
    if (ring.length > 0) {
      const workers = this.riders.workers.takeUntold();
      length += this.writeRing(seq, { at, facts: ring, ...more, ...given({ workers }) });
    }
    // Facts of a queue that was deleted speak of chunks that are gone: no restart may replay them.
    return deleted >= 0 ? Number.POSITIVE_INFINITY : length;
  }

  /** Writes what changed of each chunk since the last checkpoint, and what of the queue is not in its messages. */
  checkpoint(snapshot: QueueSnapshot, seq: number): void {
    const { queue, store, spareSlots } = this;
    for (const [slot, live] of queue.takeTouched()) {
      store.writeChunkState(slot, JSON.stringify(stateOf(live)));
      if (live.every(({ withdrawn }) => withdrawn)) this.texts.dropBodies(slot);
    }
    for (const slot of queue.freeSlots.splice(0)) {
      store.deleteChunk(slot);
      this.texts.forget(slot);
      if (spareSlots.length < SPARE_SLOTS_MAX) spareSlots.push(slot);
    }
    const head: Head = { ...snapshot, queue: this.batches.write(snapshot.queue), seq };
    store.writeHead(JSON.stringify(head));
    this.chunkBatches.clear();
  }

  private openChunk(): OpenChunk {
    const { queue } = this;
    const slot = queue.freeSlots.pop() ?? this.spareSlots.pop() ?? this.slots++;
    queue.openSlot = slot;
    this.texts.forget(slot);
    const batches = (this.chunkBatches.get(slot) ?? []).filter(([batch]) => queue.batches.has(batch));
    return { slot, metas: [], bodies: [], batches };
  }

  private closeChunk(): void {
    this.open = undefined;
    this.queue.openSlot = undefined;
  }

  private writeChunk(seq: number, metas: ChunkMetas): number {
    assert(this.open, "what was sent has a chunk");
    const { slot, bodies } = this.open;
    const length = this.texts.write(slot, seq, metas, bodies);
    this.rememberBatches(slot, metas.batches);
    if (!this.queue.isFilled(slot)) this.queue.freeSlots.push(slot);
    this.closeChunk();
    return length;
  }

  private writeRing(seq: number, row: RingRow): number {
    const text = JSON.stringify(row);
    this.store.writeFacts(seq % FACT_SLOTS, seq, text);
    return text.length;
  }

  private rememberBatches(slot: number, batches: readonly Batch[]): void {
    if (batches.length > 0) this.chunkBatches.set(slot, batches);
    else this.chunkBatches.delete(slot);
  }
}

function keptChunk({ slot, metas, state }: ChunkRow): KeptChunk {
  const { first, at, messages } = parseOwn<ChunkMetas>(metas);
  const chunk = { slot, first, at, messages };
  return state === undefined ? chunk : { ...chunk, ...parseOwn<ChunkState>(state) };
}

/** The facts of a commit from the rows that have them. */
function joined(
  seq: number,
  chunk: LaterChunk | undefined,
  row: RingRow | undefined,
): Commit<QueueFact | Sent> {
  const facts = row?.facts ?? [];
  if (!chunk) return { seq, at: row?.at ?? 0, facts };
  const { first, at, after, messages, batches } = chunk.metas;
  const sent: Sent = { type: "sent", slot: chunk.slot, position: 0, first, messages };
  const taken = batches.map(([batch, until]) => ({ type: "batchTaken", batch, until }) as const);
  return { seq, at, facts: [...facts.slice(0, after), sent, ...taken, ...facts.slice(after)] };
}

function stateOf(live: readonly Message[]): ChunkState {
  return { live: live.map((message) => [message.position, messageState(message)] as const) };
}

function messageState(message: Message): MessageState {
  const { visibleAt, lease, leased, deliveries, firstDeliveredAt, withdrawn, dead } = message;
  const { holder, returnedAt, death, losses, unanswered, expiresAt } = message;
  const changed = { visibleAt, lease, leased, deliveries, firstDeliveredAt, withdrawn, dead };
  return {
    ...changed,
    ...(leased && holder && { holder }),
    ...given({ returnedAt, death, losses, unanswered, expiresAt: death && expiresAt }),
  };
}
