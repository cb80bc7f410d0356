import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineRun } from "../support/engine-run.ts";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";
import { flows, inputs, scripts } from "./generate.ts";
import { type Outcome, interpret, show } from "./interpreter.ts";
import type { Bag, Script, Step } from "./model.ts";
import { write } from "./write.ts";

/** Details that both sides tell; of the rest only that it happened. */
const DETAILED =
  /^(StepEntered|StepStarted|StepSucceeded|StepExited|(Branch|Iteration)(Entered|Exited)|TaskSucceeded|Execution(Started|Succeeded))$/;
const LONGEST = 3000;

/** The engine on the same flow, with a worker that answers by the script. */
function runEngine(definition: string, input: Bag, script: Script): Outcome {
  const run = new EngineRun(new MemoryExecutionStore(), definition, input);
  for (let turn = 0; run.status === "Running"; turn++) {
    if (turn > LONGEST) throw new Error("the engine does not come to an end");
    for (const { path, attempt } of run.messages()) {
      const answer = script(path, attempt);
      if ("output" in answer) run.succeed(path, answer.output, attempt);
      else run.fail(path, answer.error, "why", attempt);
    }
    run.pass(5);
  }
  const { status, error } = run.head;
  const events = run.history().map(({ type, stepPath, detail }) => {
    return DETAILED.test(type) ? `${type} ${stepPath} ${show(detail)}` : `${type} ${stepPath}`;
  });
  return {
    status: status === "Succeeded" ? "Succeeded" : "Failed",
    ...(run.output && { output: run.output }),
    errors: error === undefined ? [] : [error],
    events,
  };
}

const RUNS = Number(process.env.REFERENCE_RUNS ?? 250);
/** Seeds that once found something; each is told again from its beginning. */
const FOUND = [414_528_006];
const RUNS_OF_FOUND = 100;

function compare(steps: readonly Step[], input: Bag, script: Script): void {
  const expected = interpret(steps, input, script);
  const found = runEngine(write(steps), input, script);
  expect(found.status).toBe(expected.status);
  expect(found.output).toEqual(expected.output);
  if (expected.status === "Failed") expect(expected.errors).toContain(found.errors[0]);
  if (expected.events) expect(found.events?.toSorted()).toEqual(expected.events.toSorted());
}

describe("flows that nobody thought of end in the engine as they do in a simple interpreter", () => {
  test("always new ones", () => {
    fc.assert(fc.property(flows, inputs, scripts, compare), { numRuns: RUNS });
  });

  test.each(FOUND)("those that begin with seed %i", (seed) => {
    fc.assert(fc.property(flows, inputs, scripts, compare), { numRuns: RUNS_OF_FOUND, seed });
  });
});
