import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type {
  ExecutionHead,
  ExecutionSnapshot,
  StepTuple,
  StepView,
} from "../../src/core/execution-views.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import { readHead } from "../../src/queries/execution-head.ts";
import { deltaOf, snapshotOf } from "../../src/queries/progress/live-view.ts";
import { flowsOf } from "../../src/queries/progress/flows.ts";
import { Failures } from "../../src/queries/progress/failures.ts";
import { FAILURE_INDEXES_KEPT, FAILURE_INDEXES_MAX } from "../../src/core/view-limits.ts";
import { Progress } from "../../src/queries/progress/progress.ts";
import { LIGHT_CASES } from "../cases/engine.ts";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";

/** Larger runs are looked at now and then only: each look compares all there is. */
const FACTS_COMPARED_MAX = 400;

function headOf(run: EngineRun): ExecutionHead {
  return readHead(run.execution, NO_USAGE, run.now);
}

function progressOf(run: EngineRun): Progress {
  const progress = new Progress(flowsOf(run.machine));
  progress.takeIn(run.store, Number.POSITIVE_INFINITY);
  return progress;
}

function withoutRounds(path: string): string {
  return path.replaceAll(/#\d+/g, "");
}

/** Somebody who saw a snapshot once, and hears of what is new since. */
class Watcher {
  private readonly progress: Progress;
  private readonly steps = new Map<string, StepTuple>();
  private readonly letters = new Map<string, string[]>();
  private seq = 0;

  constructor(run: EngineRun) {
    this.progress = new Progress(flowsOf(run.machine));
  }

  hear(run: EngineRun): void {
    this.progress.takeIn(run.store, Number.POSITIVE_INFINITY);
    const message = deltaOf(this.progress, headOf(run), this.seq);
    if (message.type === "resync") {
      this.take(snapshotOf(this.progress, headOf(run)));
      return;
    }
    this.seq = message.seq;
    for (const step of message.steps) this.steps.set(withoutRounds(step[0]), step);
    for (const key of message.gone) this.steps.delete(key);
    for (const [key, { n, states, items = [] }] of Object.entries(message.foreach)) {
      const letters = states === undefined ? (this.letters.get(key) ?? unrolled(`.${n}`)) : unrolled(states);
      for (const [index, letter] of items) letters[index] = letter;
      this.letters.set(key, letters);
    }
  }

  private take({ seq, steps, foreach }: ExecutionSnapshot): void {
    this.seq = seq;
    this.steps.clear();
    for (const step of steps) this.steps.set(withoutRounds(step[0]), step);
    this.letters.clear();
    for (const [key, { states }] of Object.entries(foreach)) this.letters.set(key, unrolled(states));
  }

  expectToKnow({ steps, foreach }: ExecutionSnapshot): void {
    expect(Object.fromEntries(this.steps)).toEqual(
      Object.fromEntries(steps.map((step) => [withoutRounds(step[0]), step])),
    );
    for (const [key, { states }] of Object.entries(foreach))
      expect(this.letters.get(key)?.join("")).toBe(unrolled(states).join(""));
  }
}

function unrolled(runs: string): string[] {
  return [...runs.matchAll(/([a-z.])(\d*)/g)].flatMap(([, letter = "", count]) =>
    Array.from({ length: Number(count || 1) }, () => letter),
  );
}

const LETTERS: Readonly<Record<string, string>> = {
  Running: "r",
  Succeeded: "s",
  Failed: "f",
  Stopped: "x",
  Skipped: "k",
};

/** What the steps' own view tells, as the snapshot does: the last visit of each step that is in no foreach. */
function lastVisits(run: EngineRun, parent?: string): StepView[] {
  const views = run.steps(parent === undefined ? {} : { parent })?.items ?? [];
  const last = new Map<string, StepView>();
  for (const view of views) last.set(view.name, view);
  return [...last.values()].flatMap((view) => [
    view,
    ...(view.type === "foreach" ? [] : innerLists(run, view)).flatMap((list) => lastVisits(run, list.path)),
  ]);
}

function innerLists(run: EngineRun, { path, type }: StepView): readonly StepView[] {
  if (!["parallel", "choice", "foreach"].includes(type)) return [];
  return run.steps({ parent: path })?.items ?? [];
}

function expectToAgree(run: EngineRun, snapshot: ExecutionSnapshot): void {
  const told = new Map(snapshot.steps.map((step) => [step[0], step]));
  const isOpen = run.status === "Running";
  for (const view of lastVisits(run)) {
    const [, state, attempts, enteredAt, endedAt] = told.get(view.path) ?? [];
    // The pause before another visit is told as a retry; the steps' view has the visit before.
    const known = state === "Retrying" ? (isOpen ? state : "Stopped") : state;
    if (state === "Retrying") expect(["Running", "Failed"]).toContain(view.status);
    else expect([view.path, known]).toEqual([view.path, view.status]);
    if (view.status === "Succeeded") {
      expect([view.path, enteredAt, endedAt]).toEqual([view.path, view.enteredAt, view.endedAt]);
      if (view.type === "task") expect([view.path, attempts]).toEqual([view.path, view.attempts]);
    }
    if (view.type !== "foreach" || view.iterations === undefined) continue;
    const letters = unrolled(snapshot.foreach[withoutRounds(view.path)]?.states ?? "");
    expect([view.path, letters.length]).toEqual([view.path, view.iterations.total]);
    for (const { index = 0, status, path } of innerLists(run, view)) {
      const letter = letters[index] === "y" ? "r" : letters[index];
      expect([path, letter]).toEqual([path, LETTERS[status]]);
    }
  }
}

describe("what watchers are shown is what the steps' own view tells", () => {
  let watchers: Map<EngineRun, Watcher>;

  beforeEach(() => {
    watchers = new Map();
    EngineRun.watch = {
      after(run) {
        const watcher = watchers.get(run) ?? new Watcher(run);
        watchers.set(run, watcher);
        watcher.hear(run);
        if (run.head.nextFact > FACTS_COMPARED_MAX) return;
        const snapshot = snapshotOf(progressOf(run), headOf(run));
        watcher.expectToKnow(snapshot);
        expectToAgree(run, snapshot);
      },
    };
  });

  afterEach(() => {
    EngineRun.watch = {};
  });

  test.each(LIGHT_CASES)("$name", ({ run }) =>
    run(new MemoryExecutionStore(), () => new MemoryExecutionStore()),
  );
});

const EACH = `{type: foreach, name: each, tolerance: {count: 9}, iterationMapping: {collection: $.items, item: item}, steps: [${taskStep(
  "work",
  "retry: [{errors: [Again], maxAttempts: 1, intervalSeconds: 5}]",
)}, {type: pass, name: after}]}`;

function fanOut(count: number): EngineRun {
  return new EngineRun(new MemoryExecutionStore(), flowOf(EACH), {
    items: Array.from({ length: count }, (_, index) => index),
  });
}

describe("a fan-out", () => {
  test("is told by a letter for each iteration, and counts for each step inside", () => {
    const run = fanOut(10);
    run.succeed("each[0]/work");
    run.fail("each[3]/work", "Broken");
    run.fail("each[4]/work", "Again");
    const { foreach, steps } = snapshotOf(progressOf(run), headOf(run));
    expect(steps).toEqual([["each", "Running", 1, run.now, 0]]);
    expect(foreach.each).toEqual({
      n: 10,
      states: "sr2fyr5",
      body: { work: [7, 1, 1, 1, 0], after: [0, 0, 1, 0, 0] },
    });
    run.do({ type: "stop", error: "FnF.Stopped", cause: "" });
    const ended = snapshotOf(progressOf(run), headOf(run));
    expect(ended.foreach.each).toMatchObject({ states: "sx2fx6", body: { work: [0, 0, 1, 1, 8] } });
    expect(ended.steps).toEqual([["each", "Stopped", 1, run.now, run.now]]);
  });

  test("takes the same room whatever its size", () => {
    const size = (count: number) =>
      JSON.stringify(snapshotOf(progressOf(fanOut(count)), headOf(fanOut(1)))).length;
    expect(size(10_000) - size(100)).toBeLessThan(20);
  });

  test("whoever missed too much, or knows what never was, is to look anew", () => {
    const run = fanOut(1200);
    const progress = progressOf(run);
    const first = progress.seq;
    for (let index = 0; index < 1000; index++) run.succeed(`each[${index}]/work`);
    progress.takeIn(run.store, Number.POSITIVE_INFINITY);
    expect(deltaOf(progress, headOf(run), first)).toEqual({ type: "resync" });
    expect(deltaOf(progress, headOf(run), progress.seq + 1)).toEqual({ type: "resync" });
    const late = deltaOf(progress, headOf(run), progress.seq - 8);
    expect(late).toMatchObject({ type: "delta", foreach: { each: { items: expect.anything() } } });
  });
});

describe("failures", () => {
  test("name many iterations as runs, as many as are kept of all groups, and none that was taken back", () => {
    const failures = new Failures();
    const fail = (index: number, error: string) => {
      const path = `each[${index}]/work`;
      failures.failed({ step: "each[]/work", path, index, error, cause: "", at: 0 });
      failures.tolerated(`each[${index}]`);
    };
    for (let index = 0; index < 300; index++) if (index !== 7) fail(index, "Disk");
    const [disk] = failures.view().groups;
    expect([disk?.indexes.length, disk?.runs]).toEqual([
      FAILURE_INDEXES_MAX,
      [
        [0, 7],
        [8, 292],
      ],
    ]);
    for (let index = 300; index < FAILURE_INDEXES_KEPT + 100; index++) fail(index, "Other");
    expect(failures.view().groups[0]?.runs).toEqual([[300, FAILURE_INDEXES_KEPT - 299]]);
    failures.forgetTolerated("each[8]");
    fail(20_000, "Other");
    expect(failures.view().groups[0]?.runs.at(-1)).toEqual([20_000, 1]);
    expect(failures.view().groups[1]?.runs.at(-1)).toEqual([9, 291]);
  });

  test("are told by error, by worker and by iteration", () => {
    const run = fanOut(6);
    const work = (worker: string) => ({ worker, takenAt: run.now });
    run.pass(2);
    const fail = (index: number, error: string, by: object) =>
      run.do({ type: "reportFailed", path: `each[${index}]/work`, attempt: 1, error, cause: "no disk", by });
    fail(0, "Disk", work("gpu-3"));
    fail(1, "Disk", work("gpu-3"));
    fail(2, "Disk", work("gpu-4"));
    fail(3, "Other", work("gpu-4"));
    run.do({ type: "reportSucceeded", path: "each[4]/work", attempt: 1, output: {}, by: work("gpu-4") });
    const { failures } = progressOf(run);
    expect(failures.view()).toMatchObject({
      total: 4,
      ungrouped: 0,
      groups: [
        {
          step: "each[]/work",
          error: "Disk",
          cause: "no disk",
          count: 3,
          indexes: [0, 1, 2],
          runs: [[0, 3]],
          paths: ["each[0]/work", "each[1]/work", "each[2]/work"],
          workers: [
            ["gpu-3", 2],
            ["gpu-4", 1],
          ],
        },
        { error: "Other", count: 1, indexes: [3] },
      ],
      byWorker: [
        { worker: "gpu-3", succeeded: 0, failed: 2 },
        { worker: "gpu-4", succeeded: 1, failed: 2 },
      ],
    });
    expect(failures.view("each").total).toBe(4);
    expect(failures.view("each[]/after").groups).toEqual([]);
  });

  test("are none of those that are tried again while their foreach runs", () => {
    const run = fanOut(6);
    for (const index of [0, 1, 2]) run.fail(`each[${index}]/work`, "Disk", "full");
    const adjust = { type: "adjustItems", step: "each", by: "key:li" } as const;
    run.do({ ...adjust, retry: [[0, 2]], stop: [[5, 1]], concurrency: 7 });
    const progress = progressOf(run);
    expect(progress.failures.view().groups).toMatchObject([
      { count: 1, indexes: [2], paths: ["each[2]/work"] },
    ]);
    run.fail("each[0]/work", "Disk", "full", 2);
    progress.takeIn(run.store, 1000);
    expect(progress.failures.view()).toMatchObject({ total: 2, groups: [{ count: 2, indexes: [2, 0] }] });
    expect(progress.failures.view().groups[0]?.runs).toEqual([
      [0, 1],
      [2, 1],
    ]);
    const { foreach } = snapshotOf(progress, headOf(run));
    expect(foreach.each).toMatchObject({
      states: "frfr2k",
      limits: { concurrency: 7, by: "key:li", at: "2026-11-23T04:00:00.000Z" },
      body: { work: [3, 0, 0, 2, 1] },
    });
  });

  test("are none of those that were redone, once the execution goes on after its end", () => {
    const run = new EngineRun(new MemoryExecutionStore(), flowOf(taskStep("work"), taskStep("after")));
    const by = { worker: "gpu-3", takenAt: run.now };
    const fail = (attempt: number) =>
      run.do({ type: "reportFailed", path: "work", attempt, error: "Disk", cause: "full", by });
    const redrive = (redrives: number) => {
      for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
      run.do({ type: "redrive", redrives, by: "key:a" });
    };
    const views = () => progressOf(run).failures.view();
    run.pass(2);
    fail(1);
    expect(views()).toMatchObject({ total: 1, groups: [{ error: "Disk", count: 1 }] });
    redrive(1);
    expect(views()).toMatchObject({ total: 0, ungrouped: 0, groups: [], byWorker: [{ failed: 1 }] });
    fail(2);
    expect(views()).toMatchObject({
      total: 1,
      groups: [{ count: 1, paths: ["work"], workers: [["gpu-3", 1]] }],
    });
    redrive(2);
    run.succeed("work", {}, 3);
    expect(views()).toMatchObject({ total: 0, groups: [] });
  });
});
