import { afterAll, afterEach, describe, expect, test } from "vitest";
import { ExecutionMachine } from "../../../src/core/engine/execution-machine.ts";
import type { Execution } from "../../../src/core/engine/contract.ts";
import { ENGINE_CASES } from "../../cases/engine.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

/** Questions that still change what they ask. This list only gets shorter. */
const KNOWN_LEAKS: readonly string[] = [];

/** Commands of a run after which it is asked, and the longest dump: long runs repeat themselves. */
const ASKED_COMMANDS = 50;
const DUMP_LENGTH = 20_000;

const SIX = ["t", "u", "v", "w", "x", "y"];

const leaks = new Set<string>();

/** All that an execution's memory holds, apart from what is derived from it and the caches of values. */
function dump({ state, context }: Execution): string {
  const { head, frames, results, effects, runnable } = state;
  return JSON.stringify(
    { head, frames, results, effects, runnable, lastValue: lastValueOf(context.values) },
    (key, value: unknown) => (value instanceof Map ? [...value] : key === "local" ? undefined : value),
    1,
  );
}

/** The number of the value that was stored last: private, and what replays are about. */
function lastValueOf(values: object): number {
  return (values as { nextId: number }).nextId - 1;
}

/** Asks, and notes under the question's name if the asking changed anything. */
function ask(run: EngineRun, question: string, asking: () => unknown): void {
  const before = dump(run.execution);
  asking();
  if (dump(run.execution) !== before) leaks.add(question);
}

function askAll(run: EngineRun): void {
  const { machine } = run;
  const effects = [...run.state.effects.values()];
  ask(run, "nextTimerAt", () => machine.nextTimerAt());
  for (const effect of effects) ask(run, "isPending", () => machine.effects.isPending(effect));
  ask(run, "isBusy", () => machine.isBusy());
}

/** What is true of an execution whoever asks: the records, and the numbers of the values that they name. */
function records({ state: { head, frames }, context: { values } }: Execution): string {
  const told = [...frames.values()].map(({ address, packedLocal, phase }) =>
    JSON.stringify([address.text, packedLocal, phase.is]),
  );
  return JSON.stringify({ head, frames: told.toSorted(), lastValue: lastValueOf(values) }, null, 1);
}

function replay(run: EngineRun): void {
  if (!(run.store instanceof MemoryExecutionStore)) throw new Error("runs in memory");
  const store = new MemoryExecutionStore();
  for (const { body, ...mark } of run.store.rows) store.appendRow(mark, body);
  for (const [id, text] of run.store.values) store.writeValue(id, text);
  const { execution } = new ExecutionMachine(store);
  if (!execution || records(execution) !== records(run.execution)) leaks.add("replay");
}

describe("who asks changes nothing", () => {
  const runs = new Map<EngineRun, number>();
  afterEach(() => {
    EngineRun.watch = () => {};
    runs.clear();
  });

  test.each(ENGINE_CASES)("$name", ({ run: play }) => {
    EngineRun.watch = (run) => {
      const commands = runs.get(run) ?? 0;
      runs.set(run, commands + 1);
      if (commands < ASKED_COMMANDS && dump(run.execution).length < DUMP_LENGTH) askAll(run);
    };
    play(new MemoryExecutionStore(), () => new MemoryExecutionStore());
    for (const run of runs.keys()) replay(run);
  });

  test("a list's local variable that outgrows its record has its layers once, however often it is replayed", () => {
    const run = new EngineRun(
      new MemoryExecutionStore(),
      flowOf(
        ...SIX.map((name) => taskStep(name)),
        taskStep("d", "catch: [{errors: [Bad], goto: last}], errorMappings: [{target: why, source: $local}]"),
        taskStep("last"),
      ),
    );
    for (const name of SIX) run.succeed(name, { [name]: "v".repeat(250) });
    run.fail("d", "Bad", "w".repeat(700));
    replay(run);
  });

  afterAll(() => {
    expect([...leaks].toSorted()).toEqual(KNOWN_LEAKS);
  });
});
