import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

const TOKEN = "inputMappings: [{target: token, source: $context.task.token}]";
const RETRY = "retry: [{errors: [Again], intervalSeconds: 5, maxAttempts: 2}]";
const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';

/** Every kind of fact can come out of one of these. */
const FLOWS: Readonly<Record<string, string>> = {
  "a loop of tasks with retry and catch": flowOf(
    taskStep(
      "first",
      `${TOKEN}, ${RETRY}, timeoutSeconds: 30, catch: [{errors: [Back], goto: first}, {errors: [FnF.ALL], goto: last}]`,
    ),
    "{type: pass, name: between, outputMappings: [{target: a, source: $input.size}]}",
    taskStep(
      "last",
      `${RETRY}, catch: [{errors: [Back], goto: first}], errorMappings: [{target: e, source: $local}]`,
    ),
  ),
  "a wide foreach of several tasks": flowOf(
    `{type: foreach, name: wide, concurrency: 8, iterationMapping: {collection: $.items, item: one, index: n}, ${RESULTS}, steps: [${taskStep("a", `${TOKEN}, timeoutSeconds: 60, ${RETRY}`)}, ${taskStep("b")}]}`,
  ),
  "a foreach in a foreach, one that may fail": flowOf(
    `{type: foreach, name: outer, concurrency: 3, iterationMapping: {collection: $.items, item: one}, ${RESULTS}, steps: [{type: pass, name: p}, {type: foreach, name: inner, iterationMapping: {collection: $.pair, item: two}, ${RESULTS}, steps: [${taskStep("t", RETRY)}]}]}`,
  ),
  "every control step in another, with retry, catch and tolerance": flowOf(
    `{type: parallel, name: p, retry: [{errors: [Again], intervalSeconds: 5}], catch: [{errors: [FnF.ALL], goto: z}], ${RESULTS}, branches: [{steps: [{type: foreach, name: f, tolerance: {count: 3}, concurrency: 4, iterationMapping: {collection: $.items, item: one}, ${RESULTS}, steps: [{type: choice, name: c, choices: [{condition: "$.one > 'item 5'", steps: [${taskStep("t", RETRY)}]}], default: {steps: [{type: wait, name: w, duration: 3}], goto: end}}, ${taskStep("u")}, {type: pass, name: end}]}]}, {steps: [${taskStep("x", `${RETRY}, catch: [{errors: [Back], goto: x}]`)}, {type: choice, name: loop, choices: [{condition: $.done, goto: x}]}]}]}`,
    "{type: pass, name: z, outputMappings: [{target: z, source: 1}]}",
  ),
};

const INPUT = {
  items: Array.from({ length: 12 }, (_, n) => `item ${n}`),
  pair: [1, 2],
  size: "x".repeat(300),
};

interface Move {
  readonly kind: "succeed" | "again" | "back" | "fail" | "confirm" | "pass" | "stale" | "stop";
  readonly pick: number;
}

const move = fc.record<Move>({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("succeed" as const) },
    { weight: 4, arbitrary: fc.constantFrom("again" as const, "confirm" as const, "pass" as const) },
    { weight: 1, arbitrary: fc.constantFrom("back" as const, "stale" as const) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0, max: 9 }).map((n) => (n === 0 ? "stop" : n < 4 ? "fail" : "confirm")),
    },
  ),
  pick: fc.nat(1_000_000),
});

/** The same script on the same flow; whoever plays it chooses among what it sees open, so both see the same. */
function play(run: EngineRun, open: Map<string, number>, { kind, pick }: Move) {
  for (const { path, attempt } of run.messages()) open.set(path, attempt);
  const tasks = [...open];
  const task = tasks[pick % Math.max(1, tasks.length)];
  if (kind === "pass") return run.pass(pick % 40);
  if (kind === "stop") return run.do({ type: "stop", error: "Enough", cause: String(pick) });
  if (!task) return undefined;
  const [path, attempt] = task;
  if (kind === "succeed") {
    open.delete(path);
    return run.succeed(path, { done: pick, big: "y".repeat(pick % 700) }, attempt);
  }
  if (kind === "confirm") return run.confirm(...tasks.slice(0, 1 + (pick % 4)));
  if (kind === "stale") return run.succeed(path, {}, attempt + 1);
  open.delete(path);
  return run.fail(path, { again: "Again", back: "Back", fail: "Broken" }[kind], "", attempt);
}

describe("an object that is restarted after every command is the same as one that never was", () => {
  test.each(Object.entries(FLOWS))("%s", (_, flow) => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 140, size: "max" }), (moves) => {
        const lived = new EngineRun(new MemoryExecutionStore(), flow, INPUT);
        const restarted = new EngineRun(new MemoryExecutionStore(), flow, INPUT);
        const [openHere, openThere] = [new Map<string, number>(), new Map<string, number>()];
        for (const one of moves) {
          const answer = play(lived, openHere, one);
          restarted.restart();
          expect(play(restarted, openThere, one)).toEqual(answer);
        }
        restarted.restart();
        // After a restart it may only look once more whether there is something to do.
        for (const run of [lived, restarted]) run.pass(0);
        expect(restarted.everything()).toEqual(lived.everything());
      }),
      { numRuns: 30 },
    );
  });
});
