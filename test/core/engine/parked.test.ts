import { expect, test } from "vitest";
import { OVERDUE_AFTER_MS, PARKED_RETRY_FIRST_MS } from "../../../src/core/limits.ts";
import { readHead } from "../../../src/queries/execution-head.ts";
import { NO_USAGE } from "../../../src/core/usage.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

/** An execution that has failed, and whose message could not be taken back. */
function parkedRun(): EngineRun {
  const run = new EngineRun(new MemoryExecutionStore(), flowOf(taskStep("one")));
  run.confirm("one");
  run.fail("one", "Broken");
  for (const effect of run.pendingEffects()) {
    if (effect.kind === "withdraw") run.do({ type: "effectParked", effect, tries: 80, reason: "no answer" });
    else run.do({ type: "effectOver", effect });
  }
  return run;
}

function shown({ execution, now }: EngineRun) {
  return readHead(execution, NO_USAGE, now).parked;
}

test("what is parked is shown, also after a restart, and keeps nobody from removing the execution", () => {
  const run = parkedRun();
  const withdraw = { kind: "withdraw", at: run.now, tries: 80, reason: "no answer" };
  const parked = { ...withdraw, retryAt: run.now + PARKED_RETRY_FIRST_MS };
  expect(shown(run)).toMatchObject([parked]);
  expect(run.machine.isBusy()).toBe(false);
  expect(run.machine.isOver()).toBe(false);
  run.restart();
  expect(shown(run)).toMatchObject([parked]);
  expect(run.pendingEffects().map((effect) => run.machine.effects.parkedOf(effect))).toMatchObject([parked]);
});

test("what is parked again waits twice as long, and is still parked since the first time", () => {
  const run = parkedRun();
  const { now } = run;
  run.pass(PARKED_RETRY_FIRST_MS / 1000);
  const [effect] = run.pendingEffects();
  if (effect) run.do({ type: "effectParked", effect, tries: 81, reason: "still no answer" });
  const reason = "still no answer";
  expect(shown(run)).toMatchObject([{ at: now, reason, retryAt: run.now + 2 * PARKED_RETRY_FIRST_MS }]);
});

test("what is asked for anew is parked no more, and has its time anew; once it is done nothing is left", () => {
  const run = parkedRun();
  run.pass(60);
  run.do({ type: "retryEffects" });
  expect(shown(run)).toBeUndefined();
  run.restart();
  const [effect, ...others] = run.pendingEffects();
  expect([effect?.since, others]).toEqual([run.now, []]);
  if (effect) run.do({ type: "effectOver", effect });
  expect(run.machine.isOver()).toBe(true);
});

test("nothing happens when nothing is parked", () => {
  const run = new EngineRun(new MemoryExecutionStore(), flowOf(taskStep("one")));
  const facts = run.head.nextFact;
  expect(run.do({ type: "retryEffects" })).toEqual({ ok: true });
  expect(run.head.nextFact).toBe(facts);
});

test("what is tried again and again is shown once it was asked for long ago", () => {
  const run = new EngineRun(new MemoryExecutionStore(), flowOf("{type: succeed, name: end}"));
  const at = run.now;
  run.now += OVERDUE_AFTER_MS - 1;
  expect(shown(run)).toBeUndefined();
  run.now++;
  const reason = expect.stringContaining("tried again and again");
  expect(shown(run)).toEqual([{ kind: "reportEnd", id: expect.any(String), at, reason }]);
  for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
  expect(shown(run)).toBeUndefined();
});
