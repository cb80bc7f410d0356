import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AdjustItems } from "../../../src/core/engine/command.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

interface Foreach {
  readonly steps?: string;
  readonly more?: string;
  readonly count?: number;
}

const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';

/** A foreach `each` over numbers, and a step behind it. */
function started({ steps = taskStep("t"), more = "", count = 6 }: Foreach = {}): EngineRun {
  const rest = more === "" ? "" : `, ${more}`;
  const foreach = `{type: foreach, name: each, iterationMapping: {collection: $.items, item: one}, ${RESULTS}, steps: [${steps}]${rest}}`;
  const items = Array.from({ length: count }, (_, n) => n);
  return new EngineRun(new MemoryExecutionStore(), flowOf(foreach, "{type: pass, name: end}"), { items });
}

function adjust(run: EngineRun, change: Omit<AdjustItems, "type" | "step" | "by"> & { step?: string }) {
  return run.do({ type: "adjustItems", step: "each", by: "key:li", ...change });
}

function each(run: EngineRun) {
  return run.steps()?.items.find(({ name }) => name === "each");
}

function statuses(run: EngineRun, status?: "Skipped" | "Failed" | "Running" | "Succeeded" | "Stopped") {
  const query = status === undefined ? {} : { status };
  return run.steps({ parent: "each", ...query })?.items.map((item) => `${item.index} ${item.status}`);
}

function paths(run: EngineRun): string[] {
  return run
    .messages()
    .map(({ path, attempt }) => `${path} ${attempt}`)
    .toSorted();
}

const TWO = `{type: pass, name: first}, ${taskStep("t")}`;

describe.each([
  ["in waves", taskStep("t")],
  ["one by one", TWO],
])("a foreach that enters its iterations %s", (_way, steps) => {
  test("tolerates more once it is told to, and shows by whom", () => {
    const run = started({ steps });
    expect(adjust(run, { tolerance: { count: 1 }, concurrency: 3 })).toMatchObject({ ok: true });
    run.restart();
    run.fail("each[0]/t", "Bad");
    const limits = { concurrency: 3, tolerance: { count: 1 }, by: "key:li", at: run.now };
    expect(each(run)).toMatchObject({ limits, iterations: { failed: 1, running: 5 } });
    run.fail("each[1]/t", "Worse", "no disk");
    expect(run.head).toMatchObject({ status: "Failed", error: "Worse", cause: "no disk" });
  });

  test("fails with the last failure when less is tolerated than has failed", () => {
    const run = started({ steps, more: "tolerance: {count: 3}" });
    run.fail("each[0]/t", "Bad");
    run.fail("each[2]/t", "Worse", "no disk");
    run.restart();
    adjust(run, { tolerance: { count: 2 } });
    expect(run.status).toBe("Running");
    adjust(run, { tolerance: { count: 1 } });
    expect(run.head).toMatchObject({ status: "Failed", error: "Worse", cause: "no disk" });
    expect(run.head.failedStep).toMatchObject({ path: "each" });
    expect(run.head.items).toMatchObject({ failed: 2, succeeded: 0 });
  });

  test("which failed so goes on with those that had failed", () => {
    const run = started({ steps, more: "tolerance: {count: 3}" });
    run.fail("each[0]/t", "Bad");
    run.fail("each[2]/t", "Worse");
    run.succeed("each[1]/t", { n: 1 });
    adjust(run, { tolerance: { count: 0 } });
    for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
    expect(run.do({ type: "redrive", redrives: 1, by: "key:li" })).toMatchObject({ ok: true });
    run.restart();
    expect(paths(run)).toEqual([0, 2, 3, 4, 5].map((index) => `each[${index}]/t 2`));
    for (const { path, attempt } of run.messages()) run.succeed(path, { n: path }, attempt);
    expect(run.status).toBe("Succeeded");
    expect(each(run)?.iterations).toMatchObject({ succeeded: 6, failed: 0 });
  });

  test("succeeds with what it has when what has not begun is stopped", () => {
    const run = started({ steps, more: "concurrency: 2" });
    run.succeed("each[0]/t", { n: 0 });
    adjust(run, { stop: "notStarted" });
    run.restart();
    expect(paths(run)).toEqual(["each[1]/t 1", "each[2]/t 1"]);
    expect(each(run)?.iterations).toEqual({
      total: 6,
      started: 3,
      running: 2,
      succeeded: 1,
      failed: 0,
      skipped: 3,
    });
    expect(statuses(run, "Skipped")).toEqual(["3 Skipped", "4 Skipped", "5 Skipped"]);
    run.succeed("each[2]/t", { n: 2 });
    run.fail("each[1]/t", "Bad");
    expect(run.status).toBe("Failed");
  });

  test("ends what runs when all is stopped, and nobody's report counts after that", () => {
    const run = started({ steps, more: "concurrency: 2" });
    run.succeed("each[0]/t", { n: 0 });
    adjust(run, { stop: "all", reason: "enough" });
    run.restart();
    expect(run.status).toBe("Succeeded");
    expect(run.output).toMatchObject({ results: [{ n: 0 }, null, null, null, null, null] });
    expect(each(run)?.iterations).toMatchObject({ started: 3, succeeded: 1, failed: 0, skipped: 5 });
    expect(run.head.items).toEqual({ total: 6, succeeded: 1, failed: 0, skipped: 5 });
    expect(statuses(run)).toEqual(["0 Succeeded", ...[1, 2, 3, 4, 5].map((index) => `${index} Skipped`)]);
    expect(run.succeed("each[1]/t")).toMatchObject({ code: "ExecutionEnded" });
    const exited = run
      .history()
      .filter(({ type, stepPath }) => type === "IterationExited" && stepPath !== "each[0]");
    expect(exited.map(({ stepPath, detail }) => [stepPath, detail])).toEqual(
      [1, 2].map((index) => [
        `each[${index}]`,
        { error: "FnF.ItemStopped", cause: "stopped by key:li: enough" },
      ]),
    );
  });

  test("leaves out items by their indexes, wherever they are", () => {
    const run = started({ steps, more: "concurrency: 2", count: 12 });
    run.succeed("each[1]/t", { n: 1 });
    adjust(run, {
      stop: [
        [7, 2],
        [0, 2],
        [4, 1],
      ],
    });
    run.restart();
    expect(run.succeed("each[0]/t")).toMatchObject({
      code: "TaskAlreadyCompleted",
      detail: "its item was stopped: nobody waits for the report any more",
    });
    expect(statuses(run, "Skipped")).toEqual(["0 Skipped", "4 Skipped", "7 Skipped", "8 Skipped"]);
    for (let turn = 0; turn < 12; turn++) for (const { path } of run.messages()) run.succeed(path, { path });
    expect(run.status).toBe("Succeeded");
    expect(each(run)?.iterations).toMatchObject({ total: 12, started: 9, succeeded: 8, skipped: 4 });
    expect(statuses(run)).toHaveLength(12);
    expect(run.output?.results).toHaveLength(12);
  });

  test("tries failures again where they failed, never more at once than it may", () => {
    const run = started({ steps, more: "concurrency: 2, tolerance: {count: 5}", count: 8 });
    for (const index of [0, 1, 2]) run.fail(`each[${index}]/t`, "Bad");
    expect(run.head.items).toMatchObject({ failed: 3 });
    adjust(run, { retry: "failed" });
    run.restart();
    expect(run.head.items).toMatchObject({ failed: 0 });
    expect(each(run)?.iterations).toMatchObject({ running: 2, failed: 0 });
    expect(statuses(run)?.slice(0, 3)).toEqual(["0 Running", "1 Running", "2 Running"]);
    run.succeed("each[3]/t", { n: 3 });
    expect(paths(run)).toEqual(["each[0]/t 2", "each[4]/t 1"]);
    expect(run.succeed("each[0]/t", {}, 1)).toMatchObject({ code: "TaskSuperseded" });
    for (let turn = 0; turn < 9; turn++)
      for (const { path, attempt } of run.messages()) run.succeed(path, { path }, attempt);
    expect(run.status).toBe("Succeeded");
    expect(each(run)?.iterations).toMatchObject({ succeeded: 8, failed: 0 });
    expect(run.output?.results).toEqual(
      Array.from({ length: 8 }, (_, n) => (n === 3 ? { n } : { path: `each[${n}]/t` })),
    );
    const ids = run.history().map(({ eventId }) => eventId);
    expect(ids).toEqual(ids.map((_, nth) => nth + 1));
  });

  test("tries again only the failures that are named, and may fail with them again", () => {
    const run = started({ steps, more: "tolerance: {count: 2}" });
    for (const index of [0, 3]) run.fail(`each[${index}]/t`, "Bad");
    run.succeed("each[1]/t");
    adjust(run, { retry: [[0, 3]] });
    expect(paths(run).filter((path) => path.endsWith("2"))).toEqual(["each[0]/t 2"]);
    run.fail("each[0]/t", "Worse", "", 2);
    expect(statuses(run, "Failed")).toEqual(["0 Failed", "3 Failed"]);
    expect(each(run)?.iterations).toMatchObject({ failed: 2 });
    const [failed] = run.steps({ parent: "each[0]" })?.items.filter(({ name }) => name === "t") ?? [];
    expect(failed).toMatchObject({ path: "each[0]/t", attempts: 2, status: "Failed", error: "Worse" });
  });

  test("takes back what was to be tried again when that is stopped", () => {
    const run = started({ steps, more: "concurrency: 1, tolerance: {count: 3}" });
    run.fail("each[0]/t", "Bad");
    run.fail("each[1]/t", "Bad");
    adjust(run, { retry: "failed" });
    expect(each(run)?.iterations).toMatchObject({ failed: 0 });
    adjust(run, { stop: "notStarted" });
    run.restart();
    expect(each(run)?.iterations).toMatchObject({ failed: 2, skipped: 3, running: 1 });
    run.succeed("each[2]/t");
    expect(run.status).toBe("Succeeded");
    expect(statuses(run)?.slice(0, 3)).toEqual(["0 Failed", "1 Failed", "2 Succeeded"]);
  });
});

test("what lies inside a stopped item is stopped with it: messages, children, lists", () => {
  const child =
    '{type: task, name: call, resourceArn: "acs:fnf:::flow/sub", pattern: sync, serviceParams: {Input: $}}';
  const inner = `{type: foreach, name: inner, iterationMapping: {collection: $.items, item: two}, steps: [${taskStep("t")}]}`;
  const both = `{type: parallel, name: both, branches: [{steps: [${child}]}, {steps: [${inner}]}]}`;
  const run = started({ steps: both, count: 2 });
  expect(run.head.openIterations).toBe(10);
  adjust(run, { stop: [[0, 1]] });
  run.restart();
  expect(run.head.openIterations).toBe(5);
  expect(run.pendingEffects("stopChild")).toMatchObject([{ flow: "sub", path: "each[0]/both[0]/call" }]);
  expect(run.pendingEffects("withdraw")).toMatchObject([{ queue: "work", inside: "each[", items: [[0, 1]] }]);
  expect(paths(run)).toEqual([0, 1].map((index) => `each[1]/both[1]/inner[${index}]/t 1`));
  expect(run.succeed("each[0]/both[1]/inner[1]/t")).toMatchObject({
    code: "TaskAlreadyCompleted",
    detail: "its item was stopped: nobody waits for the report any more",
  });
});

test("a step that is no task is visited anew when its item is tried again", () => {
  const choice = `{type: choice, name: pick, choices: [{condition: "$.one == 1", steps: [${taskStep("t")}]}]}`;
  const run = started({ steps: choice, count: 3, more: "tolerance: {count: 2}, concurrency: 1" });
  run.fail("each[1]/pick[0]/t", "Bad");
  expect(run.status).toBe("Succeeded");
  const again = started({ steps: `${choice}, ${taskStep("u")}`, count: 3, more: "tolerance: {count: 2}" });
  again.fail("each[1]/pick[0]/t", "Bad");
  adjust(again, { retry: [[1, 1]] });
  again.restart();
  expect(paths(again)).toEqual(["each[0]/u 1", "each[1]/pick#2[0]/t 1", "each[2]/u 1"]);
  again.succeed("each[1]/pick#2[0]/t");
  expect(paths(again)).toContain("each[1]/u#2 1");
});

test("a paused foreach is changed at once, and goes on so when it is resumed", () => {
  const run = started({ more: "concurrency: 2, tolerance: {count: 2}" });
  run.fail("each[0]/t", "Bad");
  run.do({ type: "pause", by: "key:li" });
  adjust(run, { retry: "failed", stop: [[4, 2]], concurrency: 4 });
  run.restart();
  expect(paths(run)).toEqual(["each[1]/t 1", "each[2]/t 1"]);
  run.do({ type: "resume", by: "key:li" });
  expect(paths(run)).toEqual(["each[0]/t 2", "each[1]/t 1", "each[2]/t 1", "each[3]/t 1"]);
});

test("changes that change nothing are none, and what is not there cannot be changed", () => {
  const run = started({ more: "tolerance: {count: 2}, concurrency: 2" });
  adjust(run, { stop: [[5, 1]], tolerance: { count: 4 } });
  const { nextFact } = run.head;
  adjust(run, { stop: [[5, 1]], tolerance: { count: 4 }, retry: "failed" });
  expect(run.head.nextFact).toBe(nextFact);
  expect(adjust(run, { stop: [[5, 2]] })).toMatchObject({ code: "InvalidRange" });
  expect(adjust(run, { retry: [[6, 1]] })).toMatchObject({ code: "InvalidRange" });
  expect(run.head.nextFact).toBe(nextFact);
});

type State = "waiting" | "running" | "succeeded" | "failed" | "again" | "skipped";

/** What a foreach is, said as simply as possible. */
class Naive {
  readonly items: State[];
  concurrency: number;
  tolerance: number;

  constructor(count: number, concurrency: number, tolerance: number) {
    this.items = Array.from({ length: count }, () => "waiting" as const);
    this.concurrency = concurrency;
    this.tolerance = tolerance;
  }

  of(...states: State[]): number[] {
    return this.items.flatMap((state, index) => (states.includes(state) ? [index] : []));
  }

  set(indexes: readonly number[], state: State): void {
    for (const index of indexes) this.items[index] = state;
  }

  stop(which: "notStarted" | "all" | readonly number[]): void {
    const isMeant = (index: number) => typeof which === "string" || which.includes(index);
    if (which !== "notStarted") this.set(this.of("running").filter(isMeant), "skipped");
    this.set(this.of("waiting").filter(isMeant), "skipped");
    this.set(this.of("again").filter(isMeant), "failed");
  }
}

const COUNT = 14;
const RUNS = Number(process.env.REFERENCE_RUNS ?? 25);
const moves = fc.array(
  fc.oneof(
    fc.record({ concurrency: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ tolerance: fc.integer({ min: 0, max: COUNT }) }),
    fc.record({ stop: fc.constantFrom("notStarted" as const, "all" as const) }),
    fc.record({ stop: fc.array(fc.integer({ min: 0, max: COUNT - 1 }), { minLength: 1, maxLength: 4 }) }),
    fc.record({ retry: fc.constant("failed" as const) }),
    fc.record({ retry: fc.array(fc.integer({ min: 0, max: COUNT - 1 }), { minLength: 1, maxLength: 6 }) }),
    fc.record({ report: fc.nat(), isGood: fc.boolean() }),
    fc.record({ report: fc.nat(), isGood: fc.boolean() }),
    fc.record({ report: fc.nat(), isGood: fc.boolean() }),
    fc.constant("restart" as const),
  ),
  { maxLength: 30 },
);

type Move = (typeof moves extends fc.Arbitrary<readonly (infer M)[]> ? M : never) & ({} | string);

/** Does it to both. */
function move(run: EngineRun, naive: Naive, one: Move): void {
  if (one === "restart") run.restart();
  else if ("concurrency" in one) {
    adjust(run, one);
    naive.concurrency = one.concurrency;
  } else if ("tolerance" in one) {
    adjust(run, { tolerance: { count: one.tolerance } });
    naive.tolerance = one.tolerance;
  } else if ("stop" in one) {
    const { stop } = one;
    adjust(run, { stop: typeof stop === "string" ? stop : stop.map((index) => [index, 1] as const) });
    naive.stop(stop);
  } else if ("retry" in one) {
    const { retry } = one;
    adjust(run, { retry: typeof retry === "string" ? retry : retry.map((index) => [index, 1] as const) });
    naive.set(
      naive.of("failed").filter((index) => typeof retry === "string" || retry.includes(index)),
      "again",
    );
  } else {
    const tasks = run.messages();
    const task = tasks[one.report % Math.max(1, tasks.length)];
    if (!task) return;
    const { path, attempt } = task;
    const index = Number(/\d+/.exec(path)?.[0]);
    if (one.isGood) run.succeed(path, { index }, attempt);
    else run.fail(path, "Bad", "why", attempt);
    naive.set([index], one.isGood ? "succeeded" : "failed");
  }
}

/** What runs is a matter of when there is room; all else is as the simple one says. */
function compare(run: EngineRun, naive: Naive): void {
  const { running = 0, succeeded, failed, skipped = 0 } = each(run)?.iterations ?? {};
  const begun = new Set(run.messages().map(({ path }) => Number(/\d+/.exec(path)?.[0])));
  for (const index of begun) {
    expect(["waiting", "again", "running"]).toContain(naive.items[index]);
    naive.set([index], "running");
  }
  expect(running).toBe(naive.of("running").length);
  expect({ succeeded, failed, skipped }).toEqual({
    succeeded: naive.of("succeeded").length,
    failed: naive.of("failed").length,
    skipped: naive.of("skipped").length,
  });
  expect(statuses(run, "Skipped")).toEqual(naive.of("skipped").map((index) => `${index} Skipped`));
  expect(statuses(run, "Failed")).toEqual(naive.of("failed").map((index) => `${index} Failed`));
}

test.each([
  ["in waves", taskStep("t")],
  ["one by one", TWO],
])("whatever is changed of a foreach, it is what a simple one would be: %s", (_, steps) => {
  fc.assert(
    fc.property(moves, (all) => {
      const run = started({ steps, more: "concurrency: 3, tolerance: {count: 4}", count: COUNT });
      const naive = new Naive(COUNT, 3, 4);
      compare(run, naive);
      for (const one of [...all, "restart" as const]) {
        const before = naive.of("running").length;
        move(run, naive, one);
        if (naive.of("failed").length > naive.tolerance) {
          expect(run.head).toMatchObject({ status: "Failed", error: "Bad" });
          return;
        }
        compare(run, naive);
        expect(naive.of("running").length).toBeLessThanOrEqual(Math.max(naive.concurrency, before));
        const isOver = naive.of("waiting", "running", "again").length === 0;
        expect(run.status).toBe(isOver ? "Succeeded" : "Running");
        if (!isOver) continue;
        const good = new Set(naive.of("succeeded"));
        expect(run.output?.results).toEqual(
          Array.from({ length: COUNT }, (__, index) => (good.has(index) ? { index } : null)),
        );
        return;
      }
    }),
    { numRuns: RUNS },
  );
});
