import fc from "fast-check";
import { expect, test } from "vitest";
import { addressOf } from "../../src/core/engine/state/navigation.ts";
import { EngineRun } from "../support/engine-run.ts";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";
import { flows, inputs, scripts } from "./generate.ts";
import { interpret } from "./interpreter.ts";
import type { Bag, Script, Step, Way } from "./model.ts";
import { write } from "./write.ts";

const RUNS = Number(process.env.REFERENCE_RUNS ?? 60);
const LONGEST = 3000;

/** What workers were asked, and what they answered first. */
class Workers {
  readonly answered = new Map<string, ReturnType<Script>>();
  readonly succeeded = new Set<string>();
  private readonly run: EngineRun;

  constructor(run: EngineRun) {
    this.run = run;
  }

  /** Until the execution has ended. */
  work(script: Script): void {
    const { run } = this;
    for (let turn = 0; run.status === "Running"; turn++) {
      if (turn > LONGEST) throw new Error("the engine does not come to an end");
      for (const { path, attempt } of run.messages()) this.answer(script, path, attempt);
      run.pass(5);
    }
  }

  private answer(script: Script, path: string, attempt: number): void {
    expect(this.succeeded, "what succeeded is not asked for again").not.toContain(path);
    const answer = script(path, attempt);
    const outcome =
      "output" in answer
        ? this.run.succeed(path, answer.output, attempt)
        : this.run.fail(path, answer.error, "why", attempt);
    if (!outcome.ok) return;
    this.answered.set(`${path} ${attempt}`, answer);
    if ("output" in answer) this.succeeded.add(path);
  }
}

/** The attempts that ended it. */
function fatal({ state }: EngineRun): Set<string> {
  const failed = [...state.frames.values()].filter(
    ({ phase, attempt }) => phase.is === "failed" && attempt > 0,
  );
  return new Set(failed.map((frame) => `${addressOf(state, frame).text} ${frame.attempt}`));
}

function repaired(path: string): { readonly output: Bag } {
  return { output: { repaired: path } };
}

/** A run that failed and goes on without failures ends as one in which what ended it had never failed. */
function compare(steps: readonly Step[], input: Bag, script: Script, isChanged: boolean): void {
  const run = new EngineRun(new MemoryExecutionStore(), write(steps), input);
  const workers = new Workers(run);
  workers.work(script);
  if (run.status !== "Failed") return;
  const ends = fatal(run);
  const before = new Map(workers.answered);
  for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
  const onto = isChanged ? { version: 2, definition: write(withMore(steps)) } : {};
  expect(run.do({ type: "redrive", redrives: 1, by: "key:test", ...onto })).toMatchObject({ ok: true });
  run.restart();
  workers.work(repaired);
  const expected = interpret(steps, input, (path, attempt) => {
    const known = before.get(`${path} ${attempt}`);
    return known && !ends.has(`${path} ${attempt}`) ? known : repaired(path);
  });
  expect(run.status).toBe(expected.status);
  expect(run.output).toEqual(expected.output);
  const ids = run.history().map(({ eventId }) => eventId);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
}

/** The same flow with steps more, which change nothing, in each of its lists: what is open stands elsewhere in it. */
function withMore(steps: readonly Step[]): Step[] {
  let added = 0;
  const more = (list: readonly Step[]): Step[] => {
    const name = `added${added++}`;
    return [{ type: "pass", name, outputs: [] }, ...list.map(inside)];
  };
  const way = <W extends Way>(one: W): W => (one.steps ? { ...one, steps: more(one.steps) } : one);
  const inside = (step: Step): Step => {
    if (step.type === "foreach") return { ...step, steps: more(step.steps) };
    if (step.type === "parallel") return { ...step, branches: step.branches.map(more) };
    if (step.type !== "choice") return step;
    const { otherwise } = step;
    return { ...step, options: step.options.map(way), ...(otherwise && { otherwise: way(otherwise) }) };
  };
  return more(steps);
}

test("flows that nobody thought of go on from their failure to the end that they would have had without it", () => {
  fc.assert(fc.property(flows, inputs, scripts, fc.boolean(), compare), { numRuns: RUNS });
});
