import type { Commit, JournalStore } from "../durable/journal.ts";
import { given } from "../given.ts";
import { parseOwn } from "../json.ts";
import { QUEUE_CHECKPOINT_COMMITS } from "../limits.ts";
import { assert } from "../result.ts";
import { BodyCache, type StoredContent } from "./body-cache.ts";
import type { KeptChunk, Sent } from "./chunk.ts";
import type { QueueFact } from "./fact.ts";
import type { Message, MessageMeta } from "./message.ts";
import type { Queue } from "./queue.ts";
import type { QueueSnapshot } from "./snapshot.ts";
import type { ChunkRow, QueueStore } from "./store.ts";

type Batch = readonly [batch: string, until: number];

interface Head extends QueueSnapshot {
  /** The last commit that head and chunk states contain. */
  readonly seq: number;
}

/** What a chunk row tells of its messages. */
interface ChunkMetas {
  /** Number of the first message. */
  readonly first: number;
  readonly at: number;
  /** How many of the commit's other facts came before the first message was sent. */
  readonly after: number;
  readonly messages: readonly MessageMeta[];
  readonly batches: readonly Batch[];
}

type ChunkState = Required<Pick<KeptChunk, "live">>;

interface RingRow {
  readonly at: number;
  readonly facts: readonly QueueFact[];
}

/** The chunk that the commit is filling. */
interface OpenChunk {
  readonly slot: number;
  readonly bodies: StoredContent[];
  /** Batches that only the row that will be written over remembers. */
  readonly batches: readonly Batch[];
}

/** More slots than commits between checkpoints: no row is overwritten that might be read again. */
const FACT_SLOTS = 2 * QUEUE_CHECKPOINT_COMMITS;

/**
 * A queue's journal as rows: at most one chunk and one row of the ring a commit. What is sent lies in a chunk, which
 * outlives the ring; where among the commit's facts it was sent, the chunk tells.
 */
export class QueueJournal implements JournalStore<QueueFact | Sent, QueueSnapshot> {
  private readonly store: QueueStore;
  private readonly queue: Queue;
  private readonly bodies = new BodyCache();
  private slots = 0;
  private open: OpenChunk | undefined;
  /** Batches that only their chunk's row remembers so far. */
  private readonly chunkBatches = new Map<number, readonly Batch[]>();
  /** Chunks of commits after the checkpoint, by commit, from `load` to `tail`. */
  private later = new Map<number, ChunkRow>();

  constructor(store: QueueStore, queue: Queue) {
    this.store = store;
    this.queue = queue;
  }

  /** Makes room in the commit's chunk; tells where the messages lie. */
  addBodies(bodies: readonly StoredContent[]): Pick<Sent, "slot" | "position"> {
    const open = (this.open ??= this.openChunk());
    const place = { slot: open.slot, position: open.bodies.length };
    open.bodies.push(...bodies);
    return place;
  }

  body({ chunk, position }: Message): StoredContent {
    if (chunk === this.open?.slot) return this.open.bodies[position] ?? "";
    const cached = this.bodies.get(chunk);
    if (cached) return cached[position] ?? "";
    const bodies = parseOwn<StoredContent[]>(this.store.readBodies(chunk));
    this.bodies.set(chunk, bodies);
    return bodies[position] ?? "";
  }

  /** The queue is deleted: nothing of its chunks is written any more. */
  forgetAll(): void {
    this.closeChunk();
    this.chunkBatches.clear();
    this.bodies.clear();
  }

  load(): { readonly snapshot?: QueueSnapshot; readonly seq: number } {
    const text = this.store.readHead();
    const head = text === undefined ? undefined : parseOwn<Head>(text);
    const seq = head?.seq ?? 0;
    const rows = [...this.store.readChunks()].toSorted((a, b) => a.seq - b.seq);
    for (const { slot, metas } of rows) {
      this.slots = Math.max(this.slots, slot + 1);
      this.rememberBatches(slot, parseOwn<ChunkMetas>(metas).batches);
    }
    this.later = new Map(rows.filter((row) => row.seq > seq).map((row) => [row.seq, row]));
    if (!head) return { seq };
    const chunks = rows.filter((row) => row.seq <= seq).map(keptChunk);
    return { snapshot: { ...head, chunks }, seq };
  }

  *tail(after: number): Generator<Commit<QueueFact | Sent>> {
    const { later } = this;
    this.later = new Map();
    const ring = new Map<number, RingRow>();
    for (const { seq, text } of this.store.readFacts(after)) ring.set(seq, parseOwn<RingRow>(text));
    const last = Math.max(after, ...later.keys(), ...ring.keys());
    for (let seq = after + 1; seq <= last; seq++) yield joined(seq, later.get(seq), ring.get(seq));
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
    if (first) {
      const messages = sent.flatMap((one) => one.messages);
      length += this.writeChunk(seq, { first: first.first, at, after, messages, batches });
    }
    if (ring.length > 0) length += this.writeRing(seq, { at, facts: ring });
    // Facts of a queue that was deleted speak of chunks that are gone: no restart may replay them.
    return deleted >= 0 ? Number.POSITIVE_INFINITY : length;
  }

  /** Writes what changed of each chunk since the last checkpoint, and what of the queue is not in its messages. */
  checkpoint(snapshot: QueueSnapshot, seq: number): void {
    const { queue, store } = this;
    for (const slot of queue.touched) {
      const live = queue.chunks.get(slot);
      if (!live) continue;
      store.writeChunkState(slot, JSON.stringify(stateOf(live)));
      if (Array.from(live).every(({ withdrawn }) => withdrawn)) this.dropBodies(slot);
    }
    queue.touched.clear();
    for (const slot of queue.freeSlots.splice(0)) store.deleteChunk(slot);
    const head: Head = { ...snapshot, seq };
    store.writeHead(JSON.stringify(head));
    this.chunkBatches.clear();
  }

  private openChunk(): OpenChunk {
    const { queue } = this;
    const slot = queue.freeSlots.pop() ?? this.slots++;
    queue.openSlot = slot;
    this.bodies.delete(slot);
    const batches = (this.chunkBatches.get(slot) ?? []).filter(([batch]) => queue.batches.has(batch));
    return { slot, bodies: [], batches };
  }

  private closeChunk(): void {
    this.open = undefined;
    this.queue.openSlot = undefined;
  }

  private writeChunk(seq: number, metas: ChunkMetas): number {
    assert(this.open, "what was sent has a chunk");
    const { slot, bodies } = this.open;
    const text = JSON.stringify(metas);
    this.store.writeChunk(slot, seq, text, JSON.stringify(bodies));
    this.bodies.set(slot, bodies);
    this.rememberBatches(slot, metas.batches);
    if (!this.queue.chunks.has(slot)) this.queue.freeSlots.push(slot);
    this.closeChunk();
    return text.length;
  }

  private writeRing(seq: number, row: RingRow): number {
    const text = JSON.stringify(row);
    this.store.writeFacts(seq % FACT_SLOTS, seq, text);
    return text.length;
  }

  private dropBodies(slot: number): void {
    this.store.dropBodies(slot);
    this.bodies.delete(slot);
  }

  private rememberBatches(slot: number, batches: readonly Batch[]): void {
    if (batches.length > 0) this.chunkBatches.set(slot, batches);
    else this.chunkBatches.delete(slot);
  }
}

function keptChunk({ slot, metas, state }: ChunkRow): KeptChunk {
  const { first, at, messages, batches } = parseOwn<ChunkMetas>(metas);
  const chunk = { slot, first, at, messages, batches };
  return state === undefined ? chunk : { ...chunk, ...parseOwn<ChunkState>(state) };
}

/** The facts of a commit from the rows that have them. */
function joined(
  seq: number,
  chunk: ChunkRow | undefined,
  row: RingRow | undefined,
): Commit<QueueFact | Sent> {
  const facts = row?.facts ?? [];
  if (!chunk) return { seq, at: row?.at ?? 0, facts };
  const { first, at, after, messages, batches } = parseOwn<ChunkMetas>(chunk.metas);
  const sent: Sent = { type: "sent", slot: chunk.slot, position: 0, first, messages };
  const taken = batches.map(([batch, until]) => ({ type: "batchTaken", batch, until }) as const);
  return { seq, at, facts: [...facts.slice(0, after), sent, ...taken, ...facts.slice(after)] };
}

function stateOf(live: ReadonlySet<Message>): ChunkState {
  return {
    live: Array.from(
      live,
      ({ position, leased, holder, returnedAt, death, losses, unanswered, expiresAt, ...message }) => {
        const { visibleAt, lease, deliveries, firstDeliveredAt, withdrawn, dead } = message;
        const changed = { visibleAt, lease, leased, deliveries, firstDeliveredAt, withdrawn, dead };
        const where = {
          ...(leased && holder && { holder }),
          ...given({ returnedAt, death, losses, unanswered, expiresAt: death && expiresAt }),
        };
        return [position, { ...changed, ...where }] as const;
      },
    ),
  };
}
