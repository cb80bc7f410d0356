import { expect } from "vitest";
import { QUEUE_CHECKPOINT_COMMITS } from "../../src/core/limits.ts";
import type { QueueOutcome } from "../../src/core/queue/command.ts";
import type { QueueStore } from "../../src/core/queue/store.ts";
import { QueueRun, task } from "../support/queue-run.ts";

/** What a queue promises, whatever it is kept in. */
export interface QueueCase {
  readonly name: string;
  run(store: QueueStore): void;
}

const send = (...bodies: string[]) =>
  ({ type: "sendMessages", messages: bodies.map((body) => ({ body })) }) as const;

function extended(outcome: QueueOutcome) {
  return outcome.ok ? outcome.verdicts?.map((verdict) => (verdict.ok ? "ok" : verdict.code)) : outcome;
}

/** What a restart, a repeat or a strange order of commands must not change. */
export const QUEUE_DURABILITY_CASES: readonly QueueCase[] = [
  {
    name: "commits that only send bring the checkpoint nearer, too: what was created long ago is still there",
    run(store) {
      const run = new QueueRun(store);
      for (let n = 0; n < 2 * QUEUE_CHECKPOINT_COMMITS - 1; n++) run.send(String(n));
      run.receive();
      run.restart();
      expect(run.machine.read(run.now).exists).toBe(true);
      expect(run.counts().ready).toBe(2 * QUEUE_CHECKPOINT_COMMITS - 2);
    },
  },
  {
    name: "messages that vanish in the commit that brought them leave their place to nobody",
    run(store) {
      const run = new QueueRun(store);
      const accept = (batch: string, ...tasks: ReturnType<typeof task>[]) =>
        ({ type: "acceptTasks", batch, execution: "e", tasks }) as const;
      run.do(accept("b1", task("late", { expiresAt: run.now - 1 })), send("one"));
      run.do(accept("b2", task("t")), { type: "withdraw", execution: "e" }, send("two"));
      run.do(accept("b3", task("u")), { type: "withdraw", execution: "e" });
      run.send("three");
      run.restart();
      expect(run.bodies()).toEqual(["one", "two", "three"]);
    },
  },
  {
    name: "a batch is remembered although its messages are gone and their chunk was written over",
    run(store) {
      const run = new QueueRun(store);
      run.accept("batch", "t");
      run.remove(...run.receive().map(({ receipt }) => receipt));
      run.send("other");
      run.restart();
      run.accept("batch", "t");
      expect(run.bodies()).toEqual(["other"]);
    },
  },
  {
    name: "a message that nobody reports stays when its execution is over, and comes once however often it is sent",
    run(store) {
      const run = new QueueRun(store);
      const message = task("notice", { awaitsReport: false, expiresAt: run.now + 1 });
      for (const batch of ["first", "again"]) {
        run.do({ type: "acceptTasks", batch, execution: "e", tasks: [message] });
      }
      run.do({ type: "withdraw", execution: "e" });
      run.pass(3600 - 1);
      const [received] = run.receive(10);
      expect(received?.body).toBe("body of notice");
      run.remove(received?.receipt ?? "");
      run.do({ type: "acceptTasks", batch: "late", execution: "e", tasks: [message] });
      expect(run.bodies()).toEqual([]);
    },
  },
  {
    name: "maxDeliveries holds for leases that ran out and for what was given back, whoever looks in between",
    run(store) {
      const run = new QueueRun(store, { maxDeliveries: 2, leaseSeconds: 5 });
      run.send("poison");
      const counts: number[] = [];
      for (let turn = 0; turn < 5; turn++) {
        counts.push(...run.receive().map(({ dequeueCount }) => dequeueCount));
        run.pass(6);
        run.machine.read(run.now);
        if (turn === 0) run.restart();
      }
      expect(counts).toEqual([1, 2]);
      expect(run.counts()).toMatchObject({ ready: 0, dead: 1 });

      run.send("hot");
      for (let turn = 0; turn < 5; turn++) {
        const [message] = run.receive();
        if (message) run.do({ type: "release", receipts: [message.receipt] });
      }
      expect(run.counts()).toMatchObject({ ready: 0, dead: 2 });
    },
  },
  {
    name: "a repeated send is taken once, and answers with the same ids",
    run(store) {
      const run = new QueueRun(store);
      const command = { ...send("a", "b"), batch: "named" };
      const first = run.do(command);
      run.restart();
      expect(run.do(command)).toEqual(first);
      expect(run.bodies()).toEqual(["a", "b"]);
    },
  },
  {
    name: "what was attached to messages is there after restarts and checkpoints, for them alone",
    run(store) {
      const run = new QueueRun(store);
      const properties = {
        user: [{ name: "n", value: "1", type: "NUMBER" }],
        groupId: "g",
      } as const;
      run.do({ type: "sendMessages", messages: [{ body: "a", properties }, { body: "b" }] });
      run.restart();
      const later = { type: "sendMessages", messages: [{ body: "later", delaySeconds: 60 }] } as const;
      for (let n = 0; n < QUEUE_CHECKPOINT_COMMITS; n++) run.do(later);
      run.restart();
      expect(run.receive(10).map(({ body, properties: own }) => [body, own])).toEqual([
        ["a", properties],
        ["b", undefined],
      ]);
    },
  },
  {
    name: "what lies inside a step that is over can be withdrawn by itself",
    run(store) {
      const run = new QueueRun(store);
      run.accept("b", "f[0]/t", "f[10]/t", "g[0]/t");
      run.do({ type: "withdraw", execution: "e", inside: "f[" });
      expect(run.bodies()).toEqual(["body of g[0]/t"]);
    },
  },
  {
    name: "a task that runs out of time while its message is leased leaves it to the lease: it can be deleted, and no more",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 30 });
      const late = task("late", { expiresAt: run.now + 10_000 });
      const later = task("later", { expiresAt: run.now + 20_000 });
      run.do({ type: "acceptTasks", batch: "b", execution: "e", tasks: [late, later] });
      const receipts = run.receive(2).map(({ receipt }) => receipt);
      run.pass(20);
      expect(run.counts()).toEqual({ ready: 0, readyForNamed: 0, delayed: 0, leased: 0, dead: 0 });
      const extend = run.do({ type: "extend", receipts, leaseSeconds: 60 });
      expect(extended(extend)).toEqual(["TaskOver", "TaskOver"]);
      run.do({ type: "acceptTasks", batch: "again", execution: "e", tasks: [late] });
      run.restart();
      expect(run.do({ type: "work", remove: receipts.slice(0, 1), removeDone: [], onlyHeld: true })).toEqual({
        ok: true,
        verdicts: [{ ok: true }],
      });
      run.pass(10);
      expect(run.bodies()).toEqual([]);
      expect(run.remove(receipts[1] ?? "")).toMatchObject([{ ok: false, code: "MessageNotExist" }]);
    },
  },
  {
    name: "a withdrawn message that is given back is gone; its lease is not made longer",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 30 });
      run.accept("b", "t");
      const receipts = run.receive().map(({ receipt }) => receipt);
      run.do({ type: "withdraw", execution: "e" });
      run.restart();
      for (const renew of [true, false])
        expect(extended(run.do({ type: "extend", receipts, renew }))).toEqual(["TaskOver"]);
      expect(run.do({ type: "release", receipts })).toMatchObject({ verdicts: [{ ok: true }] });
      expect(run.bodies()).toEqual([]);
      expect(run.remove(...receipts)).toMatchObject([{ ok: false, code: "MessageNotExist" }]);
    },
  },
  {
    name: "what a delay or nobody's lease holds goes at once with its task's time; plain messages go with theirs, leased or not",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 300, retentionSeconds: 60 });
      const delayed = task("delayed", { expiresAt: run.now + 10_000, delaySeconds: 100 });
      run.do({ type: "acceptTasks", batch: "b", execution: "e", tasks: [delayed] });
      run.send("plain");
      const [plain] = run.receive();
      run.pass(10);
      expect(run.counts()).toMatchObject({ delayed: 0, leased: 1 });
      run.pass(50);
      run.restart();
      expect(run.counts()).toMatchObject({ delayed: 0, leased: 0 });
      expect(run.remove(plain?.receipt ?? "")).toMatchObject([{ ok: false, code: "MessageNotExist" }]);
    },
  },
  {
    name: "withdrawn messages take their bodies' room no longer than to the next checkpoint, and survive it",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 300 });
      run.accept("b", "t", "u");
      const receipts = run.receive(2).map(({ receipt }) => receipt);
      run.do({ type: "withdraw", execution: "e" });
      for (let n = 0; n < QUEUE_CHECKPOINT_COMMITS; n++) run.send(String(n));
      const kept = Array.from(store.readChunks(), ({ slot }) => store.readBodies(slot)).join("");
      expect(kept).not.toContain("body of");
      run.restart();
      expect(run.remove(...receipts)).toEqual([{ ok: true }, { ok: true }]);
      expect(run.bodies(1000)).toHaveLength(QUEUE_CHECKPOINT_COMMITS);
    },
  },
  {
    name: "a poll whose commit failed waits once when it is made again, and is served once",
    run(store) {
      const run = new QueueRun(store);
      const { received, poller } = run.poll(5, "w");
      const work = { type: "work", remove: [], removeDone: [], receive: { max: 5, poller } } as const;
      run.machine.handle(work, run.now);
      run.machine.discardMemory();
      run.machine.handle(work, run.now);
      expect(run.pollers.size).toBe(1);
      run.send("one", "two");
      expect(received.flat().map(({ body }) => body)).toEqual(["one", "two"]);
    },
  },
];
