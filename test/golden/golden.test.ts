import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planRedrive } from "../../src/core/engine/redrive-plan.ts";
import type { JournalMark } from "../../src/core/engine/kept/store.ts";
import { compileDefinition } from "../../src/core/fdl/compile.ts";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";
import { STORIES } from "./stories.ts";

interface Kept {
  readonly definition: string;
  readonly now: number;
  readonly rows: readonly (JournalMark & { body: string })[];
  readonly values: readonly [number, string][];
  readonly cells: readonly [string, string][];
  readonly everything: Record<string, object>;
}

const RELEASES = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && /^\d/.test(entry.name))
  .flatMap(({ name }) => readdirSync(join(import.meta.dirname, name)).map((file) => [name, file] as const));

function read(release: string, file: string): Kept {
  return JSON.parse(readFileSync(join(import.meta.dirname, release, file), "utf8")) as Kept;
}

/** What was kept, opened by the code of today. */
function open({ definition, now, rows, values, cells }: Kept): EngineRun {
  const store = new MemoryExecutionStore();
  for (const { body, ...mark } of rows) store.appendRow(mark, body);
  for (const [id, text] of values) store.writeValue(id, text);
  for (const [key, text] of cells) store.writeCell(key, text);
  const run = new EngineRun(store, definition, {}, true);
  run.now = now;
  run.pass(0);
  return run;
}

/** As JSON brings it back. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The errors that forbid storing a definition now. */
function codesOf(definition: string): string[] {
  const { diagnostics } = compileDefinition(definition);
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
}

describe.each(RELEASES)("what release %s wrote: %s", (release, file) => {
  const kept = read(release, file);

  // A later release may tell more of it: new fields are optional.
  test("is the same execution today", () => {
    expect(plain(open(kept).everything())).toMatchObject(kept.everything);
  });

  test("is the same from its facts alone", () => {
    expect(plain(open({ ...kept, cells: [] }).everything())).toMatchObject(kept.everything);
  });
});

test("a definition that would be refused now runs on, and runs again, as it always did", () => {
  const { definition, everything } = read("0.1.0", "a-token-that-goes-nowhere.json");
  expect(codesOf(definition)).toEqual([
    "PathOutOfPlace",
    "PathOutOfPlace",
    "PathOutOfPlace",
    "PathOutOfPlace",
  ]);
  const run = new EngineRun(new MemoryExecutionStore(), definition, { text: "hello" }, true);
  run.confirm("anyone");
  run.pass(30);
  run.restart();
  run.succeed("anyone", { by: "hand" });
  // Told since then: by which step it failed.
  const head = { ...everything.head, failedStep: { path: "last" } };
  expect(plain(run.everything())).toEqual({ ...everything, head });
});

test("so does one whose numbers would be refused: in a condition, and as a factor between retries", () => {
  const { definition, everything } = read("0.1.0", "numbers-that-are-refused-now.json");
  expect(codesOf(definition)).toEqual(["InvalidCondition", "InvalidValue"]);
  const again = STORIES["numbers that are refused now"]?.(new MemoryExecutionStore());
  expect(plain(again?.everything())).toMatchObject(everything);
});

test("every kind of fact is kept", () => {
  const folder = join(import.meta.dirname, "../../src/core/engine/state");
  const files = readdirSync(folder).filter((file) => /(^|-)facts?\.ts$/.test(file));
  const source = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  const types = [...source.matchAll(/readonly type: "(\w+)"/g)].map(([, type]) => type);
  const kept = RELEASES.flatMap(([release, file]) => read(release, file).rows.map(({ body }) => body)).join(
    "\n",
  );
  expect(types.length).toBeGreaterThan(35);
  for (const type of types) expect(kept).toContain(`"type":"${type}"`);
});

const EACH = flowOf(
  `{type: foreach, name: each, concurrency: 4, iterationMapping: {collection: $.items, item: one}, outputMappings: [{target: results, source: "$local[*]"}], steps: [${taskStep("t")}]}`,
);

/** What an end asks for is done, and the execution is asked to go on. */
function goOn(run: EngineRun): void {
  run.restart();
  for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
  expect(run.do({ type: "redrive", redrives: 1, by: "key:test" })).toMatchObject({ ok: true });
}

describe("an execution that failed before failures left what was open as it was", () => {
  test("goes on with its failed step of the flow's own list", () => {
    const run = open(read("0.1.0", "what-could-not-be-taken-back.json"));
    goOn(run);
    expect(run.messages().map(({ path }) => path)).toEqual(["one#2"]);
    const nested = open(read("0.1.0", "every-way-to-fail.json"));
    expect(planRedrive(nested.execution)).toMatchObject({
      plan: { again: ["last#2"], counts: { iterations: 2 } },
    });
    goOn(nested);
    expect(nested.head).toMatchObject({ status: "Failed", error: "Broken", redrives: 1 });
    expect(
      nested
        .steps()
        ?.items.map(({ path }) => path)
        .at(-1),
    ).toBe("last#2");
  });

  test("keeps the items of a foreach that had succeeded", () => {
    const store = new MemoryExecutionStore();
    const run = new EngineRun(store, EACH, { items: ["a", "b", "c", "d"] });
    run.succeed("each[0]/t", { n: 0 });
    run.succeed("each[2]/t", { n: 2 });
    run.fail("each[1]/t", "Bad");
    const rows = store.rows.map((row) => ({ ...row, body: row.body.replaceAll(',"fatal":true', "") }));
    const values = [...store.values];
    const before = open({ definition: EACH, now: run.now, rows, values, cells: [], everything: {} });
    expect(before.steps()?.items).toMatchObject([{ path: "each", iterations: { succeeded: 2 } }]);
    goOn(before);
    expect(before.messages().map(({ path }) => path)).toEqual(["each#2[1]/t", "each#2[3]/t"]);
    for (const index of [1, 3]) before.succeed(`each#2[${index}]/t`, { n: index });
    expect(before.output).toEqual({ results: [0, 1, 2, 3].map((n) => ({ n })) });
  });
});
