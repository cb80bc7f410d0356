import { describe, expect, test } from "vitest";
import {
  DEAD_LETTERS_PER_CALL,
  DEAD_LETTER_RETENTION_SECONDS,
  QUEUE_CHECKPOINT_COMMITS,
} from "../../../src/core/limits.ts";
import type { ChangeDead, QueueOutcome } from "../../../src/core/queue/command.ts";
import type { DeadLetter } from "../../../src/core/queue/dead-letters.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

const DAY = 86_400;

/** A queue that gives up after one delivery, whose workers have died with these messages. */
function newRun(bodies: readonly string[], store = new MemoryQueueStore()): QueueRun {
  const run = new QueueRun(store, { maxDeliveries: 1, leaseSeconds: 10, retentionSeconds: DAY });
  for (const body of bodies) run.send(body);
  while (run.bodiesOf("west").length > 0) continue;
  run.pass(10);
  run.do({ type: "tick" });
  return run;
}

function letters(run: QueueRun, after = 0, limit = 1000): readonly DeadLetter[] {
  return run.machine.deadLetters({ after, limit }, run.now)?.items ?? [];
}

function change(run: QueueRun, type: ChangeDead["type"], more: Partial<ChangeDead> = {}): QueueOutcome {
  return run.do({ type, max: DEAD_LETTERS_PER_CALL, ...more });
}

describe("dead letters", () => {
  test("are told with why and when they died, and who had them last", () => {
    const run = new QueueRun(new MemoryQueueStore(), { maxDeliveries: 2, leaseSeconds: 10 });
    run.send("poison", "broken");
    const sentAt = run.now;
    const [, broken] = run.work("s", { receive: { max: 2, leaseSeconds: 10 }, worker: "west" }).messages;
    run.work("s", { bury: [{ receipt: broken?.receipt ?? "", reason: "no such host" }] });
    run.pass(11);
    run.bodiesOf("east");
    run.pass(11);
    run.do({ type: "tick" });
    expect(letters(run)).toEqual([
      {
        id: expect.any(String),
        body: "poison",
        deliveries: 2,
        enqueuedAt: sentAt,
        diedAt: sentAt + 22_000,
        reason: "maxDeliveries",
        worker: "east",
      },
      {
        id: expect.any(String),
        body: "broken",
        deliveries: 1,
        enqueuedAt: sentAt,
        diedAt: sentAt,
        reason: "buried",
        detail: "no such host",
        worker: "west",
      },
    ]);
  });

  test("come in pages, each of which goes on where the one before ended", () => {
    const run = newRun(["a", "b", "c", "d", "e"]);
    const first = run.machine.deadLetters({ after: 0, limit: 2 }, run.now);
    expect(first?.items.map(({ body }) => body)).toEqual(["a", "b"]);
    expect(letters(run, first?.next, 2).map(({ body }) => body)).toEqual(["c", "d"]);
    const last = run.machine.deadLetters({ after: 4, limit: 2 }, run.now);
    expect(last).toMatchObject({ items: [{ body: "e" }] });
    expect(last?.next).toBeUndefined();
  });

  test("of large bodies come in as many pages as it takes, none of which is larger than an answer", () => {
    const run = newRun(Array.from({ length: 200 }, (_, n) => `${n} ${"x".repeat(60_000)}`));
    const seen: string[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const page = run.machine.deadLetters({ after, limit: 1000 }, run.now);
      expect(page?.items.length).toBeLessThan(100);
      seen.push(...(page?.items ?? []).map(({ body }) => body.split(" ")[0] ?? ""));
      after = page?.next;
    }
    expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => String(n)));
  });

  test("are given to nobody, and are kept seven days from their death, whatever the queue keeps others for", () => {
    const run = newRun(["a"]);
    run.pass(DEAD_LETTER_RETENTION_SECONDS - 1);
    run.restart();
    expect(run.bodies()).toEqual([]);
    expect(letters(run)).toHaveLength(1);
    run.pass(1);
    expect(letters(run)).toEqual([]);
    expect(run.counts()).toMatchObject({ ready: 0, dead: 0 });
  });
});

describe("a redrive", () => {
  test("makes messages like any other of them, whose deliveries and time count anew", () => {
    const run = newRun(["a", "b"]);
    run.pass(3 * DAY);
    expect(change(run, "redriveDead")).toEqual({ ok: true, count: 2, left: 0 });
    for (const disturb of [() => {}, () => run.restart()]) {
      disturb();
      expect(run.counts()).toMatchObject({ ready: 2, dead: 0 });
    }
    run.pass(DAY - 1);
    expect(run.receive(10)).toMatchObject([
      { body: "a", dequeueCount: 1 },
      { body: "b", dequeueCount: 1 },
    ]);
    run.pass(1);
    run.do({ type: "tick" });
    expect(run.counts()).toMatchObject({ ready: 0, leased: 0, dead: 0 });
  });

  test("gives a message that was redriven up again after as many deliveries as before", () => {
    const run = newRun(["a"]);
    change(run, "redriveDead");
    expect(run.bodies()).toEqual(["a"]);
    run.pass(10);
    run.do({ type: "tick" });
    expect(letters(run)).toMatchObject([{ body: "a", deliveries: 1, diedAt: run.now }]);
  });

  test("reaches those who wait at once, or after a delay", () => {
    const run = newRun(["a", "b"]);
    const [a, b] = letters(run);
    const { received } = run.poll();
    change(run, "redriveDead", { ids: [b?.id ?? ""] });
    expect(received.flat().map(({ body }) => body)).toEqual(["b"]);
    change(run, "redriveDead", { ids: [a?.id ?? ""], delaySeconds: 60 });
    expect(run.counts()).toMatchObject({ delayed: 1, dead: 0 });
    expect(run.bodies()).toEqual([]);
    run.pass(60);
    expect(run.bodies()).toEqual(["a"]);
  });

  test("takes the oldest, as many as may be, and tells how many are left", () => {
    const run = newRun(["a", "b", "c"]);
    expect(change(run, "redriveDead", { max: 2 })).toEqual({ ok: true, count: 2, left: 1 });
    expect(run.bodies()).toEqual(["a", "b"]);
  });

  test("passes over ids that no dead letter has", () => {
    const run = newRun(["a"]);
    run.send("alive");
    const [a] = letters(run);
    const ids = [a?.id ?? "", a?.id ?? "", "m-nobody-0"];
    expect(change(run, "redriveDead", { ids })).toEqual({ ok: true, count: 1, left: 0 });
    expect(change(run, "redriveDead", { ids })).toEqual({ ok: true, count: 0, left: 0 });
  });

  test("makes receipts of before worthless", () => {
    const run = new QueueRun(new MemoryQueueStore(), { maxDeliveries: 1, leaseSeconds: 10 });
    run.send("a");
    const [old] = run.receive();
    run.pass(10);
    run.do({ type: "tick" });
    change(run, "redriveDead");
    expect(run.remove(old?.receipt ?? "")).toMatchObject([{ ok: false, code: "LeaseExpired" }]);
    expect(run.bodies()).toEqual(["a"]);
  });
});

describe("a purge", () => {
  test("removes dead letters and nothing else", () => {
    const run = newRun(["a", "b", "c"]);
    run.send("alive");
    const [a] = letters(run);
    expect(change(run, "purgeDead", { ids: [a?.id ?? ""] })).toEqual({ ok: true, count: 1, left: 2 });
    expect(change(run, "purgeDead")).toEqual({ ok: true, count: 2, left: 0 });
    run.restart();
    expect(letters(run)).toEqual([]);
    expect(run.bodies()).toEqual(["alive"]);
  });

  test("of a queue that is not there is refused", () => {
    const run = newRun([]);
    run.do({ type: "deleteQueue" });
    expect(change(run, "purgeDead")).toMatchObject({ code: "QueueNotExist" });
    expect(run.machine.deadLetters({ after: 0, limit: 1 }, run.now)).toBeUndefined();
  });
});

describe("whatever the process dies at", () => {
  test("a task's message is no dead letter, and none is redriven", () => {
    const run = new QueueRun(new MemoryQueueStore(), { maxDeliveries: 1, leaseSeconds: 10 });
    run.do({ type: "acceptTasks", batch: "b", execution: "e", tasks: [task("t")] });
    run.receive();
    run.pass(10);
    run.do({ type: "tick" });
    expect(letters(run)).toEqual([]);
  });

  test("no dead letter is lost or doubled: all of a call are moved, or none", () => {
    const bodies = Array.from({ length: 5 }, (_, n) => `m${n}`);
    for (const type of ["redriveDead", "purgeDead"] as const)
      for (let commits = 1; commits <= 2 * QUEUE_CHECKPOINT_COMMITS + 1; commits += 37) {
        const store = new MemoryQueueStore();
        const run = newRun(bodies, store);
        for (let n = 0; n < commits; n++) run.send("other");
        // Decided, but the process dies before it is written.
        run.machine.handle({ type, max: 3 }, run.now);
        run.restart();
        expect(letters(run).map(({ body }) => body)).toEqual(bodies);
        change(run, type, { max: 3 });
        run.restart();
        expect(letters(run).map(({ body }) => body)).toEqual(bodies.slice(3));
        expect(run.counts().ready - commits).toBe(type === "redriveDead" ? 3 : 0);
      }
  });
});
