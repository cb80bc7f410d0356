import fc from "fast-check";
import { expect, test } from "vitest";
import type { QueueCommand } from "../../../src/core/queue/command.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

type Move =
  | "send"
  | "receive"
  | "remove"
  | "release"
  | "extend"
  | "accept"
  | "withdraw"
  | "pass"
  | "remake"
  | "redriveDead"
  | "purgeDead";

const move = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<Move>("send", "receive", "remove", "accept") },
    { weight: 2, arbitrary: fc.constantFrom<Move>("release", "extend", "withdraw", "pass") },
    { weight: 1, arbitrary: fc.constantFrom<Move>("pass", "remake", "redriveDead", "purgeDead") },
  ),
  pick: fc.nat(1000),
});

/** The commands of a move, for whoever holds these receipts. */
function commandsOf(kind: Move, pick: number, receipts: readonly string[], now: number): QueueCommand[] {
  const receipt = receipts[pick % Math.max(1, receipts.length)] ?? "none";
  switch (kind) {
    case "send":
      return [
        {
          type: "sendMessages",
          messages: Array.from({ length: 1 + (pick % 3) }, (_, n) => ({
            body: `${pick}-${n}`,
            priority: 1 + (pick % 4),
            delaySeconds: pick % 5 === 0 ? 7 : 0,
          })),
        },
      ];
    case "accept": {
      const more = {
        awaitsReport: pick % 4 !== 0,
        ...(pick % 3 === 0 && { expiresAt: now + 1000 * (pick % 30) }),
      };
      const tasks = [task(`f[${pick % 9}]/t`, { id: `t${pick % 9}`, ...more })];
      return [{ type: "acceptTasks", batch: `b${pick % 40}`, execution: `e${pick % 2}`, tasks }];
    }
    case "receive":
      return [
        {
          type: "work",
          remove: [],
          removeDone: [],
          receive: { max: 1 + (pick % 4), leaseSeconds: 5 + (pick % 20) },
        },
      ];
    case "remove":
      return [{ type: "work", remove: [receipt], removeDone: [], onlyHeld: pick % 3 === 0 }];
    case "release":
      return [{ type: "release", receipts: [receipt] }];
    case "extend":
      return [{ type: "extend", receipts: [receipt], leaseSeconds: 9, renew: pick % 2 === 0 }];
    case "withdraw":
      return [{ type: "withdraw", execution: `e${pick % 2}`, inside: pick % 3 === 0 ? "f[1" : "" }];
    case "remake":
      return [{ type: "deleteQueue" }, { type: "putQueue", attributes: { maxDeliveries: 1 + (pick % 3) } }];
    case "redriveDead":
    case "purgeDead":
      return [{ type: kind, max: 1 + (pick % 3), ...(pick % 2 === 0 && { delaySeconds: 9 }) }];
    case "pass":
      return [{ type: "tick" }];
  }
}

test("a queue that is restarted after every commit is the same as one that never was", () => {
  const moves = fc.array(fc.array(move, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 400,
    size: "max",
  });
  fc.assert(
    fc.property(moves, (commits) => {
      const runs = [0, 1].map(() => new QueueRun(new MemoryQueueStore(), { maxDeliveries: 3 }));
      const receipts: string[] = [];
      for (const commit of commits) {
        const [lived, restarted] = runs.map((run, nth) => {
          if (nth === 1) run.restart();
          for (const { kind, pick } of commit) if (kind === "pass") run.pass(pick % 15);
          const commands = commit.flatMap(({ kind, pick }) => commandsOf(kind, pick, receipts, run.now));
          return run.do(...commands);
        });
        expect(restarted).toEqual(lived);
        if (!lived?.ok) continue;
        receipts.push(...(lived.messages ?? []).map(({ receipt }) => receipt));
        for (const verdict of [...(lived.sent ?? []), ...(lived.verdicts ?? [])])
          if (verdict.ok && verdict.receipt !== undefined) receipts.push(verdict.receipt);
      }
      const [lived, restarted] = runs.map((run, nth) => {
        if (nth === 1) run.restart();
        const dead = run.machine.deadLetters({ after: 0, limit: 1000 }, run.now);
        return [run.counts(), dead, run.bodies(1000)];
      });
      expect(restarted).toEqual(lived);
    }),
    { numRuns: 40 },
  );
});

test("messages that come and go leave nothing behind in memory", () => {
  const run = new QueueRun(new MemoryQueueStore(), { leaseSeconds: 43_200 });
  for (let turn = 0; turn < 300; turn++) {
    run.send(...Array.from({ length: 100 }, () => "job"));
    run.remove(...run.receive(100).map(({ receipt }) => receipt));
  }
  expect(run.counts().ready).toBe(0);
  expect(run.machine.read(run.now).dueTimes).toBeLessThan(5000);
});
