import { expect, test } from "vitest";
import { SharedCache } from "../../../src/core/durable/shared-cache.ts";
import { OBJECT_MEMORY_BYTES, QUEUE_MESSAGES_MAX, RECEIVE_MAX } from "../../../src/core/limits.ts";
import { Batches } from "../../../src/core/queue/batches.ts";
import { Pollers } from "../../../src/core/queue/pollers.ts";
import { QueueMachine } from "../../../src/core/queue/queue-machine.ts";
import type { ChunkRow } from "../../../src/core/queue/store.ts";
import { HeapWatch } from "../../support/heap.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

const CHUNKS_A_LOOK = 50;
/** What any queue takes, however few messages it has, and code. */
const EMPTY_BYTES = 512 * 1024;
const DAY_SECONDS = 86_400;
const EXECUTION = `${"f".repeat(60)}/${"e".repeat(60)}`;

/** Tells of each chunk that is read. */
class WatchedStore extends MemoryQueueStore {
  onChunk: () => void = () => {};

  override *readChunks(): Generator<ChunkRow> {
    for (const row of super.readChunks()) {
      this.onChunk();
      yield row;
    }
  }
}

/** Tasks that nobody has taken, `each` in a commit, until there are so many or the queue takes no more; gives why. */
function fill(run: QueueRun, each: number, most = Number.POSITIVE_INFINITY): string | undefined {
  const expiresAt = run.now + 2 * DAY_SECONDS * 1000;
  for (let sent = 0; sent < most; sent += each) {
    const tasks = Array.from({ length: each }, (_, nth) =>
      task(`workers[${sent + nth}]/task`, { expiresAt }),
    );
    const outcome = run.do({ type: "acceptTasks", batch: `batch ${sent}`, execution: EXECUTION, tasks });
    if (!outcome.ok) return outcome.code;
  }
  return undefined;
}

/** A new memory of the same queue. */
function load(store: MemoryQueueStore): QueueMachine {
  const machine = new QueueMachine(store, new Pollers(), new SharedCache());
  machine.nextVisibleAt();
  return machine;
}

test("a queue that was filled until it took no more is loaded again within its memory, and gives it back when they are gone", () => {
  const store = new WatchedStore();
  const run = new QueueRun(store);
  expect(fill(run, 500)).toBe("QueueFull");
  run.restart();

  const watch = new HeapWatch();
  let chunks = 0;
  store.onChunk = () => void (++chunks % CHUNKS_A_LOOK === 0 && watch.look());
  const machine = load(store);
  const held = watch.look();
  expect(machine.read(run.now).size).toBe(QUEUE_MESSAGES_MAX);
  expect(watch.most).toBeLessThan(OBJECT_MEMORY_BYTES);
  // The formulas count no more than twice what is there.
  expect(held).toBeGreaterThan(OBJECT_MEMORY_BYTES / 2);

  run.do({ type: "withdraw", execution: EXECUTION });
  expect(run.machine.read(run.now).bytesWith(0)).toBeLessThan(OBJECT_MEMORY_BYTES / 8);
  expect(run.send("job")).toMatchObject({ ok: true });
  expect(run.bodies()).toEqual(["job"]);
}, 120_000);

test("a message takes no more than is counted for it, even with a chunk and a batch of its own, in the hands of a session", () => {
  const store = new MemoryQueueStore();
  const run = new QueueRun(store, { leaseSeconds: DAY_SECONDS / 2 });
  fill(run, 1, 12_500);
  for (let taker = 0; run.counts().ready > 0; taker++)
    run.work(`session ${taker}`, { worker: `${"w".repeat(100)} ${taker}`, receive: { max: RECEIVE_MAX } });
  run.restart();
  // What the first load leaves behind is code.
  load(store);
  const watch = new HeapWatch();
  const machine = load(store);
  const held = watch.look();
  const queue = machine.read(run.now);
  expect(queue.counts().leased).toBe(12_500);
  expect(held).toBeLessThan(queue.bytesWith(0) + EMPTY_BYTES);
  expect(held).toBeGreaterThan(queue.bytesWith(0) / 2);
});

test("what does not fit into the head of the batches that were taken is remembered all the same, and then forgotten", () => {
  const run = new QueueRun(new MemoryQueueStore());
  const send = (batch: number) =>
    run.do({ type: "sendMessages", batch: `batch ${batch}`, messages: [{ body: "job" }] });
  for (let batch = 0; batch < 5000; batch++) {
    send(batch);
    run.remove(...run.receive().map(({ receipt }) => receipt));
  }
  run.restart();
  for (let batch = 0; batch < 5000; batch++) send(batch);
  expect(run.counts().ready).toBe(0);

  run.pass(3600);
  send(7);
  expect(run.counts().ready).toBe(1);
});

/** One more batch than the budget of a queue has room for, at ten bytes each, all taken in one hour. */
const BATCHES_OF_AN_HOUR = 3_300_000;
const IN_A_ROW = 100_000;

test("a queue that was sent more in an hour than it can remember says what helps, is loaded within its budget, and forgets", () => {
  const store = new MemoryQueueStore();
  const run = new QueueRun(store);
  const named = (number: number) => [`batch ${number}`, run.now + 3_600_000];
  for (let row = 1; row * IN_A_ROW <= BATCHES_OF_AN_HOUR; row++) {
    const batches = Array.from({ length: IN_A_ROW }, (_, nth) => named((row - 1) * IN_A_ROW + nth));
    store.writeBatches(row, JSON.stringify(batches));
  }
  run.restart();
  const send = (batch: string) => run.do({ type: "sendMessages", batch, messages: [{ body: "job" }] });
  expect(send("another")).toMatchObject({
    code: "MemoryFull",
    detail: expect.stringContaining("send more messages at a time, or wait"),
  });
  // A repeat is harmless, as ever.
  expect(send("batch 7")).toMatchObject({ ok: true });
  expect(run.counts().ready).toBe(0);
  run.pass(3600);
  expect(send("batch 7")).toMatchObject({ ok: true });
  expect(run.counts().ready).toBe(1);
}, 120_000);

test("a queue remembers a million batches of an hour in less than half of its memory", () => {
  const watch = new HeapWatch();
  const batches = new Batches();
  for (let number = 0; number < 1_000_000; number++) batches.layBy([[`batch ${number}`, number * 3.6]]);
  const held = watch.look();
  expect(held).toBeLessThan(batches.bytes + EMPTY_BYTES);
  expect(batches.bytes).toBeLessThan(OBJECT_MEMORY_BYTES / 2.5);
  expect([0, 400_000, 999_999].every((number) => batches.has(`batch ${number}`))).toBe(true);
  expect(Array.from({ length: 1000 }, (_, number) => batches.has(`other ${number}`))).not.toContain(true);
});
