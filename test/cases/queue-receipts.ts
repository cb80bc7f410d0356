import { expect } from "vitest";
import { DEFAULT_ATTRIBUTES } from "../../src/core/queue/attributes.ts";
import type { QueueOutcome } from "../../src/core/queue/command.ts";
import { QueueRun } from "../support/queue-run.ts";
import type { QueueCase } from "./queue-durability.ts";

function sentBy(outcome: QueueOutcome) {
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.sent ?? [];
}

function removeHeld(run: QueueRun, ...receipts: string[]) {
  const outcome = run.do({ type: "work", remove: receipts, removeDone: [], onlyHeld: true });
  return outcome.ok ? outcome.verdicts : outcome;
}

/** What only clients of the MNS protocol ask for (spec: MNS sections 4.5 and 4.6). */
export const QUEUE_RECEIPT_CASES: readonly QueueCase[] = [
  {
    name: "a receipt that is good only while its message is hidden ends with the lease",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 10 });
      run.send("one", "two");
      const receipts = run.receive(2).map(({ receipt }) => receipt);
      run.pass(9);
      expect(removeHeld(run, receipts[0] ?? "")).toEqual([{ ok: true }]);
      run.pass(1);
      run.restart();
      expect(removeHeld(run, receipts[1] ?? "")).toMatchObject([{ ok: false, code: "LeaseExpired" }]);
      expect(run.bodies()).toEqual(["two"]);
    },
  },
  {
    name: "an extension that renews gives another receipt, and the one before fits no more",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 10 });
      run.send("job");
      const [old = ""] = run.receive().map(({ receipt }) => receipt);
      const outcome = run.do({ type: "extend", receipts: [old], leaseSeconds: 60, renew: true });
      const [verdict] = outcome.ok ? (outcome.verdicts ?? []) : [];
      expect(verdict).toEqual({ ok: true, leaseUntil: run.now + 60_000, receipt: expect.any(String) });
      run.restart();
      expect(removeHeld(run, old)).toMatchObject([{ ok: false, code: "LeaseExpired" }]);
      run.pass(30);
      expect(run.receive()).toEqual([]);
      expect(removeHeld(run, verdict?.ok ? (verdict.receipt ?? "") : "")).toEqual([{ ok: true }]);
      run.pass(60);
      expect(run.receive()).toEqual([]);
    },
  },
  {
    name: "a delayed message has a receipt: it can be deleted or hidden for another time before it appears",
    run(store) {
      const run = new QueueRun(store);
      const messages = ["gone", "sooner"].map((body) => ({ body, delaySeconds: 100 }));
      const receipts = sentBy(run.do({ type: "sendMessages", messages })).map((verdict) =>
        verdict.ok ? (verdict.receipt ?? "") : "",
      );
      expect(sentBy(run.send("now"))).toEqual([{ ok: true, id: expect.any(String) }]);
      expect(removeHeld(run, receipts[0] ?? "")).toEqual([{ ok: true }]);
      run.do({ type: "extend", receipts: receipts.slice(1), leaseSeconds: 5, renew: true });
      run.restart();
      expect(run.counts()).toMatchObject({ delayed: 1, ready: 1 });
      run.pass(5);
      expect(run.bodies()).toEqual(["sooner", "now"]);
      run.pass(30);
      expect(removeHeld(run, receipts[1] ?? "")).toMatchObject([{ ok: false, code: "LeaseExpired" }]);
    },
  },
  {
    name: "a message can be looked at without taking it, in the order of delivery",
    run(store) {
      const run = new QueueRun(store);
      run.send("first", "second");
      run.do({ type: "sendMessages", messages: [{ body: "urgent", priority: 1 }] });
      run.do({ type: "sendMessages", messages: [{ body: "hidden", delaySeconds: 9 }] });
      const peek = (max: number) => run.machine.peek(max, run.now)?.map(({ body }) => body);
      expect(peek(2)).toEqual(["urgent", "first"]);
      expect(peek(16)).toEqual(["urgent", "first", "second"]);
      run.restart();
      expect(run.machine.peek(1, run.now)).toMatchObject([{ dequeueCount: 0, firstDequeuedAt: 0 }]);
      expect(run.bodies()).toEqual(["urgent", "first", "second"]);
      expect(peek(16)).toEqual([]);
      run.do({ type: "deleteQueue" });
      expect(run.machine.peek(1, run.now)).toBeUndefined();
    },
  },
  {
    name: "in a batch each message can be refused for itself; without that it is all or none",
    run(store) {
      const run = new QueueRun(store, { maximumMessageSize: 1024 });
      const messages = ["a", "x".repeat(1025), "b"].map((body) => ({ body }));
      expect(run.do({ type: "sendMessages", messages })).toMatchObject({ code: "MessageTooLarge" });
      const command = { type: "sendMessages", messages, each: true, batch: "named" } as const;
      const sent = sentBy(run.do(command));
      expect(sent.map((verdict) => (verdict.ok ? verdict.id : verdict.code))).toEqual([
        "named-0",
        "MessageTooLarge",
        "named-2",
      ]);
      run.restart();
      expect(sentBy(run.do(command))).toEqual(sent);
      expect(run.bodies()).toEqual(["a", "b"]);
    },
  },
  {
    name: "a queue can be only created, or only changed",
    run(store) {
      const run = new QueueRun(store, { leaseSeconds: 40, maxDeliveries: 3 });
      const put = (only: "create" | "change", leaseSeconds: number) =>
        run.do({ type: "putQueue", attributes: { leaseSeconds }, only });
      expect(put("create", 40)).toMatchObject({ ok: true, created: false });
      expect(put("create", 41)).toMatchObject({ code: "QueueAlreadyExist" });
      expect(run.do({ type: "putQueue", attributes: {}, only: "create" })).toMatchObject({
        code: "QueueAlreadyExist",
      });
      expect(put("change", 41)).toMatchObject({ ok: true });
      expect(run.machine.read(run.now).attributes).toMatchObject({ leaseSeconds: 41, maxDeliveries: 3 });
      run.do({ type: "putQueue", attributes: { leaseSeconds: null, maxDeliveries: null }, only: "change" });
      run.restart();
      expect(run.machine.read(run.now).attributes).toEqual(DEFAULT_ATTRIBUTES);
      run.do({ type: "deleteQueue" });
      expect(put("change", 41)).toMatchObject({ code: "QueueNotExist" });
      expect(put("create", 42)).toMatchObject({ ok: true, created: true });
    },
  },
];
