import { afterEach, describe, expect, test } from "vitest";
import { applyFact, frameOfFact } from "../../../src/core/engine/apply-fact.ts";
import { decide, tasksOfCommand } from "../../../src/core/engine/decide.ts";
import { react } from "../../../src/core/engine/react.ts";
import type { Fact } from "../../../src/core/engine/state/fact.ts";
import { ExecutionMachine } from "../../../src/core/engine/execution-machine.ts";
import { type Execution, NOTHING_LEFT } from "../../../src/core/engine/contract.ts";
import { LIGHT_CASES } from "../../cases/engine.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { isolate } from "../../support/isolate.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

/** Commands and facts of a run for which it is asked, and how large it may be: large and long ones repeat themselves. */
const ASKED = 50;
const SMALL = 100;

const SIX = ["t", "u", "v", "w", "x", "y"];

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

function isSmall({ state: { frames, results } }: Execution): boolean {
  const inWaves = [...frames.values()].flatMap(({ phase }) =>
    phase.is === "foreach" ? phase.waves.map(({ open }) => open.size) : [],
  );
  const closed = [...results.values()].map(({ length }) => length);
  return [frames.size, ...inWaves, ...closed].reduce((sum, size) => sum + size) < SMALL;
}

/** Asks, and compares what the memory held before and afterwards. */
function ask<T>(execution: Execution, asking: () => T): T {
  const before = dump(execution);
  const answer = asking();
  expect(dump(execution)).toBe(before);
  return answer;
}

function askAll({ machine, execution }: EngineRun): void {
  ask(execution, () => machine.nextTimerAt());
  for (const effect of execution.state.effects.values())
    ask(execution, () => machine.effects.isPending(effect));
  ask(execution, () => machine.isBusy());
}

/** What is true of an execution whoever asks: the records, and the numbers of the values that they name. */
function records({ state: { head, frames }, context: { values } }: Execution): string {
  const told = [...frames.values()].map(({ address, localText, phase }) =>
    JSON.stringify([address.text, localText, phase.is]),
  );
  return JSON.stringify({ head, frames: told.toSorted(), lastValue: lastValueOf(values) }, null, 1);
}

/** The memory anew from the facts alone; each is asked once more for its effects. */
function replay(run: EngineRun): void {
  if (!(run.store instanceof MemoryExecutionStore)) throw new Error("runs in memory");
  const { rows, values } = run.store;
  const store = new MemoryExecutionStore();
  for (const [id, text] of values) store.writeValue(id, text);
  const [first, ...rest] = rows;
  if (!first) throw new Error("nothing was started");
  const { body, ...mark } = first;
  store.appendRow(mark, body);
  const { execution } = new ExecutionMachine(store, isolate());
  if (!execution) throw new Error("nothing was started");
  for (const { at, body: text } of rest) {
    for (const fact of (JSON.parse(text) as { facts: Fact[] }).facts) {
      const { nextFact } = execution.state.head;
      const base = { id: String(nextFact), since: at };
      const frame = frameOfFact(execution, fact);
      const wanted = applyFact(execution, fact, at, frame);
      const left = NOTHING_LEFT;
      if (nextFact < ASKED && isSmall(execution))
        ask(execution, () => react(execution, fact, { frame, left, base }));
      expect(wanted.every(({ id }) => execution.state.effects.has(id))).toBe(true);
    }
  }
  expect(records(execution)).toBe(records(run.execution));
}

describe("who asks changes nothing", () => {
  const runs = new Map<EngineRun, number>();
  afterEach(() => {
    EngineRun.watch = {};
    runs.clear();
  });

  const isAsked = (run: EngineRun) => (runs.get(run) ?? 0) < ASKED && isSmall(run.execution);

  test.each(LIGHT_CASES)("$name", ({ run: play }) => {
    EngineRun.watch = {
      before(run, command) {
        if (command.type === "start" || !isAsked(run)) return;
        const tasks = tasksOfCommand(command);
        ask(run.execution, () => decide(run.execution, command, tasks, run.now));
      },
      after(run) {
        if (isAsked(run)) askAll(run);
        runs.set(run, (runs.get(run) ?? 0) + 1);
      },
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
});
