import { expect, test } from "vitest";
import { ExecutionMachine } from "../../../src/core/engine/execution-machine.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import {
  EXECUTION_GROWTH_BYTES,
  FOREACH_ITEMS_MAX,
  ISOLATE_CACHE_BYTES,
  OBJECT_MEMORY_BYTES,
} from "../../../src/core/limits.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { HeapWatch } from "../../support/heap.ts";
import { isolate } from "../../support/isolate.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

const RETRY = "retry: [{errors: [FnF.ALL], intervalSeconds: 3600, maxAttempts: 3}]";

/** What a new memory keeps of an execution, in bytes. */
function heldOf(run: EngineRun): number {
  run.machine.discardMemory();
  const watch = new HeapWatch();
  const machine = new ExecutionMachine(run.store, isolate());
  expect(machine.execution?.state.frames.size).toBeGreaterThan(0);
  machine.effects.takeNew();
  const held = watch.look();
  run.restart();
  return held;
}

function chargedOf({ state }: EngineRun): number {
  return OBJECT_MEMORY_BYTES - state.memory.room;
}

function foreachOf(name: string, collection: string, steps: string, more = ""): string {
  return `{type: foreach, name: ${name}, concurrency: 10000, iterationMapping: {collection: $.${collection}, item: ${name}_item}, outputMappings: [], steps: [${steps}]${more}}`;
}

function runOf(steps: string, input: JsonObject): EngineRun {
  return new EngineRun(new MemoryExecutionStore(), flowOf(steps), input);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}

const SOME = 1000;
const DENSE = (item: number) => Object.fromEntries(numbers(60).map((key) => [`k${item}_${key}`, key]));
const PASSES = numbers(5).map((number) => `{type: pass, name: p${number}}`);

const SHAPES: Readonly<Record<string, [steps: string, play: (run: EngineRun, item: number) => unknown]>> = {
  "have failed once": [taskStep("t", RETRY), (run, item) => run.fail(`f[${item}]/t`, "Oops")],
  "have given signs of life": [
    taskStep("t", "heartbeatSeconds: 60, timeoutSeconds: 600"),
    (run, item) =>
      run.do({ type: "heartbeat", path: `f[${item}]/t`, attempt: 1, progress: { done: item, of: "all" } }),
  ],
  "have local variables of many keys": [
    `${taskStep("t")}, ${taskStep("u")}`,
    (run, item) => run.succeed(`f[${item}]/t`, DENSE(item)),
  ],
  "are at their seventh step": [
    `${taskStep("t")}, ${PASSES.join(", ")}, ${taskStep("u")}`,
    (run, item) => run.succeed(`f[${item}]/t`),
  ],
};

test.each(Object.entries(SHAPES))(
  "an execution counts what iterations take that %s, and no more than twice as much",
  (_, [steps, play]) => {
    const run = runOf(foreachOf("f", "many", steps), { many: numbers(SOME) });
    run.pass(0);
    for (const item of numbers(SOME)) play(run, item);
    const held = heldOf(run);
    expect(held).toBeLessThan(chargedOf(run));
    expect(held).toBeGreaterThan(chargedOf(run) / 2);
  },
);

/** Its closed steps alone may take more than all else of an iteration. */
const LOOP = taskStep("t", "catch: [{errors: [Again], goto: t}]");
const FEW = 4;
const MANY = 1500;

function nested(): EngineRun {
  const steps = foreachOf("out", "few", foreachOf("in", "many", LOOP));
  const run = runOf(steps, { few: numbers(FEW), many: numbers(MANY) });
  run.pass(0);
  return run;
}

test("iterations for which there is no room wait, whichever foreach they are of, until others have ended; and all end", () => {
  const run = nested();
  const begunIn = (one: number) =>
    run.messages().filter(({ path }) => path.startsWith(`out[${one}]/`)).length;
  expect(chargedOf(run)).toBeLessThanOrEqual(OBJECT_MEMORY_BYTES - EXECUTION_GROWTH_BYTES);
  expect([begunIn(0), begunIn(1)]).toEqual([MANY, MANY]);
  const waiting = begunIn(2) + begunIn(3);
  expect(waiting).toBeLessThan(MANY);
  for (const item of numbers(MANY)) expect(run.succeed(`out[0]/in[${item}]/t`)).toMatchObject({ ok: true });
  run.pass(0);
  // Nobody reported anything of theirs.
  expect(begunIn(2) + begunIn(3)).toBeGreaterThan(waiting + MANY / 2);
  run.restart();
  let ended = 0;
  for (let messages = run.messages(); messages.length > 0; messages = run.messages()) {
    for (const { path } of messages) if (run.succeed(path).ok) ended++;
    run.pass(1);
    expect(run.state.memory.room).toBeGreaterThan(0);
  }
  expect(ended).toBe((FEW - 1) * MANY);
  expect(run.status).toBe("Succeeded");
});

test("branches for which there is no room wait, too", () => {
  const branch = (name: string) => `{steps: [${foreachOf(name, "many", LOOP)}]}`;
  const branches = ["a", "b", "c", "d"].map(branch);
  const run = runOf(`{type: parallel, name: p, branches: [${branches.join(", ")}]}`, { many: numbers(MANY) });
  run.pass(0);
  expect(run.state.memory.room).toBeGreaterThan(0);
  let ended = 0;
  for (let messages = run.messages(); messages.length > 0; messages = run.messages()) {
    for (const { path } of messages) if (run.succeed(path).ok) ended++;
    run.pass(1);
  }
  expect(ended).toBe(4 * MANY);
  expect(run.status).toBe("Succeeded");
});

/** Nearly as much as lies in a record and not on disk. */
const KEPT = "x".repeat(950);

test("an execution that is as full as it may be is loaded again within its budget; one that outgrows it fails, and says why", () => {
  const steps = `${taskStep("t")}, ${taskStep("u", "heartbeatSeconds: 60")}`;
  const run = runOf(foreachOf("out", "few", foreachOf("in", "many", steps)), {
    few: numbers(3),
    many: numbers(10_000).map((item) => `${item} ${"y".repeat(300)}`),
  });
  run.pass(0);
  const begun = run.messages().map(({ path }) => path);
  const reported: string[] = [];
  while (run.state.memory.room > EXECUTION_GROWTH_BYTES / 4) {
    const path = begun[reported.length] ?? "";
    run.succeed(path, { kept: KEPT });
    reported.push(path.replace(/t$/, "u"));
  }
  expect(heldOf(run)).toBeLessThan(OBJECT_MEMORY_BYTES);
  const [alive = ""] = reported;
  // A sign of life counts; what it tells besides has no room.
  expect(run.do({ type: "heartbeat", path: alive, attempt: 1, progress: 5 })).toMatchObject({ ok: true });
  expect(run.state.frames.get(alive.replace("/u", ""))?.phase).not.toHaveProperty("progress");
  for (const path of begun.slice(reported.length)) {
    if (run.status !== "Running") break;
    run.succeed(path, { kept: KEPT });
  }
  expect(run.head).toMatchObject({
    status: "Failed",
    error: "FnF.DataLimitExceeded",
    cause: expect.stringContaining(`${OBJECT_MEMORY_BYTES} bytes of memory`),
  });
});

test("a foreach of the largest collection is read again in bounds", () => {
  const items = numbers(FOREACH_ITEMS_MAX).map((item) => `${item} ${"x".repeat(140)}`);
  const run = runOf(
    `{type: foreach, name: f, iterationMapping: {collection: $.items, item: one}, steps: [${taskStep("t")}]}`,
    { items },
  );
  run.machine.discardMemory();
  const watch = new HeapWatch();
  run.restart();
  expect(run.messages()).not.toEqual([]);
  expect(watch.look()).toBeLessThan(OBJECT_MEMORY_BYTES + ISOLATE_CACHE_BYTES);
});
