import { QUEUE_DURABILITY_CASES, type QueueCase } from "./queue-durability.ts";
import { QUEUE_RECEIPT_CASES } from "./queue-receipts.ts";
import { expect } from "vitest";
import { PAGE_SIZE } from "../../src/core/limits.ts";
import { QueueRun, task } from "../support/queue-run.ts";

export const QUEUE_CASES: readonly QueueCase[] = [
  {
    name: "messages come in the order of sending, the more urgent ones first",
    run(store) {
      const run = new QueueRun(store);
      run.send("first", "second");
      run.do({
        type: "sendMessages",
        messages: [
          { body: "urgent", priority: 1 },
          { body: "later", priority: 16 },
        ],
      });
      expect(run.bodies()).toEqual(["urgent", "first", "second", "later"]);
    },
  },
  {
    name: "a receive takes no more than one answer has room for, and the next one goes on",
    run(store) {
      const run = new QueueRun(store);
      const bodies = Array.from({ length: 25 }, (_, nth) => `${nth}${"\u0001".repeat(60_000)}`);
      run.send(...bodies);
      const received: string[] = [];
      for (let receives = 0; receives < 3; receives++) {
        const taken = run.bodies(100);
        // Each character is six bytes of JSON.
        expect(JSON.stringify(taken).length).toBeLessThanOrEqual(PAGE_SIZE);
        received.push(...taken);
      }
      expect(received).toEqual(bodies);
    },
  },
  {
    name: "a received message is hidden until its lease runs out, and then comes again with a new receipt",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 10 });
      run.send("job");
      const [first] = run.receive();
      expect(first).toMatchObject({ dequeueCount: 1, leaseUntil: run.now + 10_000 });
      run.pass(9);
      expect(run.receive()).toEqual([]);
      run.restart();
      run.pass(1);
      const [second] = run.receive();
      expect(second).toMatchObject({ body: "job", dequeueCount: 2 });
      expect(second?.receipt).not.toBe(first?.receipt);
      expect(run.remove(first?.receipt ?? "")).toMatchObject([{ ok: false, code: "LeaseExpired" }]);
      expect(run.remove(second?.receipt ?? "")).toEqual([{ ok: true }]);
      expect(run.remove(second?.receipt ?? "")).toMatchObject([{ ok: false, code: "MessageNotExist" }]);
    },
  },
  {
    name: "a message whose lease ran out can be deleted as long as nobody else got it",
    run(store) {
      const run = new QueueRun(store);
      run.send("job");
      const [message] = run.receive(1, 5);
      run.pass(60);
      expect(run.remove(message?.receipt ?? "")).toEqual([{ ok: true }]);
      expect(run.counts()).toMatchObject({ ready: 0, leased: 0 });
    },
  },
  {
    name: "a lease can be extended and given back; neither works once it has run out",
    run(store) {
      const run = new QueueRun(store);
      run.send("job");
      const [message] = run.receive(1, 10);
      const receipts = [message?.receipt ?? ""];
      run.pass(9);
      const extended = run.do({ type: "extend", receipts, leaseSeconds: 60 });
      expect(extended).toMatchObject({ verdicts: [{ ok: true, leaseUntil: run.now + 60_000 }] });
      run.pass(30);
      expect(run.receive()).toEqual([]);
      run.restart();
      expect(run.do({ type: "release", receipts })).toMatchObject({ verdicts: [{ ok: true }] });
      expect(run.do({ type: "extend", receipts })).toMatchObject({
        verdicts: [{ ok: false, code: "LeaseExpired" }],
      });
      expect(run.bodies()).toEqual(["job"]);
    },
  },
  {
    name: "a delayed message appears after its delay",
    run(store) {
      const run = new QueueRun(store, { delaySeconds: 3 });
      run.do({ type: "sendMessages", messages: [{ body: "own", delaySeconds: 10 }, { body: "queue's" }] });
      expect(run.counts()).toMatchObject({ delayed: 2, ready: 0 });
      run.pass(3);
      run.restart();
      expect(run.bodies()).toEqual(["queue's"]);
      run.pass(7);
      expect(run.bodies()).toEqual(["own"]);
    },
  },
  {
    name: "messages are gone when their retention is over; those of tasks stay as long as their attempt",
    run(store) {
      const run = new QueueRun(store, { retentionSeconds: 60 });
      run.send("short");
      run.do({
        type: "acceptTasks",
        batch: "b",
        execution: "e",
        tasks: [task("t"), task("u", { expiresAt: run.now + 90_000 })],
      });
      run.pass(60);
      expect(run.counts().ready).toBe(2);
      run.restart();
      run.pass(31);
      expect(run.bodies()).toEqual(["body of t"]);
    },
  },
  {
    name: "after maxDeliveries a message is a dead letter",
    run(store) {
      const run = new QueueRun(store, { maxDeliveries: 2, leaseSeconds: 1 });
      run.send("poison");
      for (let delivery = 1; delivery <= 2; delivery++) {
        expect(run.bodies()).toEqual(["poison"]);
        run.pass(1);
      }
      expect(run.bodies()).toEqual([]);
      run.restart();
      expect(run.counts()).toMatchObject({ dead: 1, ready: 0 });
    },
  },
  {
    name: "a batch of tasks is taken once, however often it comes",
    run(store) {
      const run = new QueueRun(store);
      run.accept("one", "a", "b");
      run.accept("one", "a", "b");
      run.accept("two", "b", "c");
      const messages = run.receive(10);
      expect(messages.map(({ id }) => id)).toEqual(["id of a", "id of b", "id of c"]);
      run.remove(...messages.map(({ receipt }) => receipt));
      run.restart();
      run.accept("one", "a", "b");
      expect(run.bodies()).toEqual([]);
    },
  },
  {
    name: "withdrawn messages go at once when they lie there; one that a worker has stays until its lease is over",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 10 });
      run.accept("one", "a", "b", "c");
      const [taken] = run.receive();
      run.do({ type: "withdraw", execution: "e", tasks: [{ path: "b", attempt: 1 }] });
      expect(run.counts()).toMatchObject({ ready: 1, leased: 1 });
      run.do({ type: "withdraw", execution: "e" });
      expect(run.counts()).toMatchObject({ ready: 0, leased: 0 });
      run.restart();
      expect(run.remove(taken?.receipt ?? "")).toEqual([{ ok: true }]);
      run.accept("two", "d");
      run.receive();
      run.do({ type: "withdraw", execution: "e" });
      run.pass(10);
      expect(run.bodies()).toEqual([]);
    },
  },
  {
    name: "messages of finished reports go even when their lease is another's by now",
    run(store) {
      const run = new QueueRun(store);
      run.accept("one", "a");
      const [first] = run.receive(1, 1);
      run.pass(1);
      run.receive(1, 30);
      run.do({ type: "work", remove: [], removeDone: [first?.receipt ?? ""] });
      expect(run.counts()).toMatchObject({ ready: 0, leased: 0 });
    },
  },
  {
    name: "who waits gets messages the moment they come, the newest poll first",
    run(store) {
      const run = new QueueRun(store);
      const old = run.poll(1, "w1");
      const other = run.poll(1, "w2");
      const again = run.poll(1, "w1");
      run.send("a", "b", "c", "d");
      expect(again.received).toMatchObject([[{ body: "a" }]]);
      expect(other.received).toMatchObject([[{ body: "b" }]]);
      expect(old.received).toMatchObject([[{ body: "c" }]]);
      expect(run.bodies()).toEqual(["d"]);
    },
  },
  {
    name: "who waits gets a message when its lease or delay is over",
    run(store) {
      const run = new QueueRun(store);
      run.send("job");
      run.receive(1, 5);
      const waiting = run.poll();
      expect(run.machine.nextVisibleAt()).toBe(run.now + 5000);
      run.pass(5);
      run.do({ type: "tick" });
      expect(waiting.received).toMatchObject([[{ body: "job", dequeueCount: 2 }]]);
    },
  },
  {
    name: "a deleted queue is empty when it is made again, and knows no receipt of before",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 5 });
      run.send("old");
      const [old] = run.receive();
      run.send("other");
      const waiting = run.poll(5);
      expect(waiting.received).toHaveLength(1);
      expect(run.do({ type: "deleteQueue" })).toMatchObject({ ok: true });
      expect(run.send("lost")).toMatchObject({ ok: false, code: "QueueNotExist" });
      run.restart();
      expect(run.send("lost")).toMatchObject({ ok: false, code: "QueueNotExist" });
      run.do({ type: "putQueue", attributes: {} }, { type: "sendMessages", messages: [{ body: "new" }] });
      expect(run.remove(old?.receipt ?? "")).toMatchObject([{ code: "MessageNotExist" }]);
      run.restart();
      expect(run.bodies()).toEqual(["new"]);
    },
  },
  {
    name: "delete, create and send in one commit leave only what was sent last",
    run(store) {
      const run = new QueueRun(store);
      run.send("old");
      const send = (body: string) => ({ type: "sendMessages", messages: [{ body }] }) as const;
      run.do(send("lost"), { type: "deleteQueue" }, { type: "putQueue", attributes: {} }, send("kept"));
      run.restart();
      expect(run.bodies()).toEqual(["kept"]);
    },
  },
  {
    name: "unreadable receipts are told apart from stale ones",
    run(store) {
      const run = new QueueRun(store);
      expect(run.remove("nonsense!")).toMatchObject([{ ok: false, code: "InvalidReceipt" }]);
      expect(run.remove("1-zz-1")).toMatchObject([{ ok: false, code: "MessageNotExist" }]);
    },
  },
  {
    name: "large batches and large bodies come back whole",
    run(store) {
      const run = new QueueRun(store);
      const bodies = Array.from({ length: 90 }, (_, index) => `${index}:${"ä€😀".repeat(6000)}`);
      run.send(...bodies);
      run.restart();
      expect([...run.bodies(), ...run.bodies()]).toEqual(bodies);
    },
  },
  {
    name: "thousands of turns later, after many restarts, nothing is lost and nothing comes twice",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 1000 });
      const got: string[] = [];
      let sent = 0;
      for (let turn = 0; turn < 1500; turn++) {
        run.send(...Array.from({ length: turn % 4 }, () => String(sent++)));
        const messages = run.receive(turn % 3);
        got.push(...messages.map(({ body }) => body));
        run.remove(...messages.map(({ receipt }) => receipt));
        if (turn % 97 === 0) run.restart();
      }
      for (let batch = run.receive(100); batch.length > 0; batch = run.receive(100)) {
        got.push(...batch.map(({ body }) => body));
        run.remove(...batch.map(({ receipt }) => receipt));
        run.restart();
      }
      expect(got).toEqual(Array.from({ length: sent }, (_, index) => String(index)));
      expect(run.counts()).toEqual({ ready: 0, readyForNamed: 0, delayed: 0, leased: 0, dead: 0 });
    },
  },
  ...QUEUE_DURABILITY_CASES,
  ...QUEUE_RECEIPT_CASES,
];
