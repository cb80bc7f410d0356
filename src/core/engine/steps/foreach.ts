import { evaluateSource } from "../../expr/mapping.ts";
import { type Step, type StepOf, stepOf } from "../../fdl/flow.ts";
import { type Json, type JsonObject, isJsonObject, jsonSize } from "../../json.ts";
import { EXECUTION_DATA_SIZE, FOREACH_ITEMS_MAX, OPEN_ITERATIONS_MAX } from "../../limits.ts";
import { assert } from "../../result.ts";
import { failStep, succeedStep } from "../advance.ts";
import type { EvolveTable, StepBehaviour } from "../behaviour.ts";
import { becomeRunnable } from "../evolve.ts";
import {
  type Execution,
  type ForeachPhase,
  type ForeachScope,
  type Frame,
  type IterationResult,
  newFrame,
  startedEvent,
} from "../execution.ts";
import { iterationPath, parseFramePath } from "../paths.ts";
import { stepInput, stepScope } from "../scope.ts";
import type { Turn } from "../turn.ts";
import type { Packed, Values } from "../values.ts";
import { useQueue } from "./task.ts";

type ForeachStep = StepOf<"foreach">;

/** Runs its list once for each item, in waves (spec: FDL section 2.6). */
export const foreach: StepBehaviour<ForeachStep> = {
  enter(turn, frame, step) {
    const { execution } = turn;
    const items = evaluateSource(step.collection, stepScope(execution, frame));
    if (!Array.isArray(items)) {
      const cause = "iterationMapping.collection did not find an array in the step's input";
      failStep(turn, frame, { error: "FnF.RuntimeError", cause });
    } else if (items.length > FOREACH_ITEMS_MAX) {
      turn.fail("FnF.DataLimitExceeded", `a foreach takes ${FOREACH_ITEMS_MAX} items, not ${items.length}`);
    } else if (items.length === 0) {
      succeedStep(turn, frame, []);
    } else {
      start(turn, frame, step, items);
    }
  },
  resume(turn, frame, step) {
    const phase = phaseOf(frame);
    if (phase.succeeded < phase.count) refill(turn, frame, step, phase);
    else succeedStep(turn, frame, gather(turn.execution, frame, phase));
  },
  childEnded(turn, frame, child) {
    const size = phaseOf(frame).resultSize + jsonSize(child.local);
    if (size > EXECUTION_DATA_SIZE) {
      const path = turn.execution.stepPath(frame);
      turn.fail(
        "FnF.DataLimitExceeded",
        `the results of ${path} are larger than ${EXECUTION_DATA_SIZE} bytes of JSON`,
      );
      return;
    }
    turn.emit({ type: "iterationExited", frame: child.path });
  },
  childFailed(turn, _, child, failure) {
    turn.emit({ type: "iterationFailed", frame: child.path, ...failure });
  },
  childInput(execution, frame, childPath) {
    const step = stepOf(execution.step(frame), "foreach");
    const { input, items } = scopeOf(execution, phaseOf(frame));
    return iterationInput(step, input, items, parseFramePath(childPath)?.index ?? 0);
  },
  defaultOutput: "empty",
};

/** The step's input and the item, and its index where the step names a key for it. */
export function iterationInput(
  step: ForeachStep,
  input: JsonObject,
  items: readonly Json[],
  index: number,
): JsonObject {
  const added: [string, Json][] = [[step.item, items[index] ?? null]];
  if (step.index !== undefined) added.push([step.index, index]);
  return { ...input, ...Object.fromEntries(added) };
}

function start(turn: Turn, frame: Frame, step: ForeachStep, items: readonly Json[]): void {
  const { execution } = turn;
  const scope = execution.values.pack({ input: stepInput(execution, frame), items });
  turn.emit({ type: "foreachStarted", frame: frame.path, scope, count: items.length });
  refill(turn, frame, step, phaseOf(frame));
}

/** Fills the window when a quarter of it is free, so that one transport message carries many tasks. */
function refill(turn: Turn, frame: Frame, step: ForeachStep, phase: ForeachPhase): void {
  const { execution } = turn;
  const free = step.concurrency - phase.running;
  // Nobody wakes a foreach but its own iterations, so one of them may always run: else all could wait for room for ever.
  const least = phase.running === 0 ? 1 : 0;
  const room = Math.max(least, Math.min(free, OPEN_ITERATIONS_MAX - execution.head.openIterations));
  const from = phase.next;
  const to = Math.min(from + room, phase.count);
  if (to <= from || (phase.running > 0 && free < step.concurrency / 4)) return;
  const first = execution.flow.lists[step.body]?.steps[0];
  const wave = first && execution.behaviours(first).waveDueAt?.(first, turn.now);
  if (wave) turn.emit({ type: "iterationsEntered", frame: frame.path, from, to, ...wave });
  else enterOneByOne(turn, frame, phase, to);
}

/** Iterations that are not all alike; what does not fit into this turn goes on in the next one. */
function enterOneByOne(turn: Turn, frame: Frame, phase: ForeachPhase, to: number): void {
  while (phase.next < to && turn.hasBudget && turn.execution.isRunning) {
    turn.emit({ type: "iterationEntered", frame: frame.path, index: phase.next });
  }
  if (phase.next < to) turn.execution.runnable.unshift(frame.path);
}

/** The iterations' local variables in the order of the items. */
function gather(execution: Execution, frame: Frame, { count }: ForeachPhase): Json[] {
  const locals: Json[] = Array.from({ length: count }, () => null);
  for (const { index, local } of execution.resultsOf(execution.stepPath(frame))) {
    locals[index] = execution.values.unpack(local);
  }
  return locals;
}

function scopeOf(execution: Execution, phase: ForeachPhase) {
  return (phase.unpacked ??= unpackScope(execution.values, phase.scope));
}

/** `{input, items}`, as a foreach keeps them. */
export function unpackScope(values: Values, packed: Packed): ForeachScope {
  const { input = null, items } = values.unpack(packed);
  assert(isJsonObject(input) && Array.isArray(items), "a foreach keeps its input and items");
  return { input, items };
}

export function phaseOf(frame: Frame): ForeachPhase {
  assert(frame.phase.is === "foreach", `a foreach is open in frame "${frame.path}"`);
  return frame.phase;
}

/** The facts of a fan-out: started, iterations entered (in waves, or one by one), exited or failed. */
export const evolveForeach: EvolveTable<
  | "foreachStarted"
  | "iterationsEntered"
  | "iterationEntered"
  | "tasksSubmitted"
  | "iterationExited"
  | "iterationFailed"
> = {
  foreachStarted(execution, { frame: path, scope, count }) {
    const frame = execution.open(path);
    frame.phase = {
      is: "foreach",
      body: stepOf(execution.step(frame), "foreach").body,
      scope,
      count,
      next: 0,
      running: 0,
      succeeded: 0,
      resultSize: 0,
      waves: [],
    };
  },
  iterationsEntered(execution, { frame: path, from, to, dueAt }, { event }) {
    const phase = phaseOf(execution.open(path));
    const wave = { from, to, firstEvent: event, open: new Map<number, number>(), unsubmitted: to - from };
    for (let index = from; index < to; index++) wave.open.set(index, startedEvent(wave, index));
    phase.waves.push({ ...wave, ...(dueAt !== undefined && { dueAt }) });
    if (dueAt !== undefined) execution.timers.add({ at: dueAt, kind: "wave", frame: path, wave: from });
    useQueue(execution, firstStep(execution, phase));
    started(execution, phase, to - from);
  },
  iterationEntered(execution, { frame: path, index }, { event }) {
    const owner = execution.open(path);
    const phase = phaseOf(owner);
    const childPath = iterationPath(execution.stepPath(owner), index);
    const child = newFrame(childPath, phase.body, { is: "ready" }, event);
    execution.frames.set(childPath, child);
    execution.touched.add(childPath);
    execution.runnable.push(childPath);
    started(execution, phase, 1);
  },
  tasksSubmitted(execution, { frame: path, wave: first, runs }, { event }) {
    const wave = phaseOf(execution.open(path)).waves.find(({ from }) => from === first);
    let next = event;
    for (const [from, length] of runs) {
      for (let index = from; index < from + length; index++) wave?.open.set(index, next++);
    }
    if (wave) wave.unsubmitted -= next - event;
  },
  iterationExited(execution, { frame: path }, { event }) {
    const { owner, child } = closeIteration(execution, path, "Succeeded", event);
    const phase = phaseOf(owner);
    phase.succeeded++;
    phase.running--;
    phase.resultSize += jsonSize(child.local);
    execution.head.openIterations--;
    owner.last = event;
    execution.runnable.push(owner.path);
  },
  iterationFailed(execution, { frame: path, error, cause }) {
    const { last } = execution.open(path);
    const { owner } = closeIteration(execution, path, "Failed", last);
    const phase = phaseOf(owner);
    dropIterations(execution, owner);
    owner.last = last;
    const iterations = [phase.count, phase.next, phase.succeeded] as const;
    becomeRunnable(execution, owner, { is: "settled", result: { error, cause }, iterations });
  },
};

function started(execution: Execution, phase: ForeachPhase, iterations: number): void {
  phase.next += iterations;
  phase.running += iterations;
  execution.head.openIterations += iterations;
}

/** Moves an iteration from the open frames to the results of its foreach. */
function closeIteration(
  execution: Execution,
  path: string,
  status: IterationResult["status"],
  ended: number,
): { owner: Frame; child: Frame } {
  const child = execution.open(path);
  const owner = execution.ownerOf(path);
  const address = parseFramePath(path);
  assert(owner && address, `"${path}" is an iteration`);
  const { began: entered, packedLocal: local, visits, storedVisits } = child;
  const result = { index: address.index, status, entered, ended, local, visits, storedVisits };
  const results = execution.results.get(address.owner);
  if (results) results.push(result);
  else execution.results.set(address.owner, [result]);
  execution.frames.delete(path);
  execution.touched.add(owner.path);
  return { owner, child };
}

/** Everything that still runs inside a foreach that failed (spec: FDL section 6.4). */
function dropIterations(execution: Execution, owner: Frame): void {
  const inside = `${execution.stepPath(owner)}[`;
  let dropped = phaseOf(owner).running;
  for (const [path, frame] of execution.frames) {
    if (!path.startsWith(inside)) continue;
    if (frame.phase.is === "foreach") dropped += frame.phase.running;
    execution.frames.delete(path);
    execution.touched.add(path);
  }
  execution.head.openIterations -= dropped;
}

function firstStep(execution: Execution, phase: ForeachPhase): Step {
  const step = execution.flow.lists[phase.body]?.steps[0];
  assert(step, "a list has a first step");
  return step;
}
