import type { JsonObject } from "../json.ts";
import { EMPTY } from "./state/values.ts";
import type { EvolveTable } from "./contract.ts";
import {
  type Execution,
  type ExecutionStatus,
  type Frame,
  type Visit,
  type VisitStatus,
  newFrame,
} from "./state/execution-state.ts";
import type { FanPhase, IterationCounts } from "./state/phase.ts";
import type { Packed } from "./state/values.ts";

/** What the facts of every step, and of the execution as a whole, do to the memory. Total: no rules, no clock. */
export const evolveGeneral: EvolveTable<
  | "executionStarted"
  | "stepEntered"
  | "stepSucceeded"
  | "stepFailed"
  | "executionSucceeded"
  | "executionFailed"
  | "executionStopped"
  | "executionTimedOut"
  | "tasksLate"
  | "parentJoined"
  | "effectDone"
> = {
  executionStarted(execution, _, { event }) {
    execution.frames.set("", newFrame("", 0, { is: "ready" }, event));
    execution.touched.add("");
    execution.runnable.push("");
    execution.timers.add({ at: execution.head.deadlineAt, kind: "execution", frame: "" });
  },
  stepEntered(execution, fact, { event }) {
    const frame = execution.open(fact.frame);
    frame.position = fact.position;
    frame.entered = event;
    frame.last = event + 1;
    frame.attempt = 0;
    if (frame.phase.is !== "ready" || !frame.phase.again) frame.retries = [];
  },
  stepSucceeded(execution, fact, { event }) {
    const frame = execution.open(fact.frame);
    const { end: endsList } = execution.step(frame);
    const length = execution.list(frame).steps.length;
    closeStep(execution, frame, "Succeeded", event + 1);
    addToLocal(execution, frame, fact.output);
    if (fact.goto !== undefined && fact.goto <= frame.position) frame.round++;
    frame.position = fact.goto ?? (endsList ? length : frame.position + 1);
    becomeRunnable(execution, frame, { is: "ready" });
  },
  stepFailed(execution, { frame: path, error, cause, caught, again }, { event }) {
    const frame = execution.open(path);
    const timedOut = frame.phase.is === "settled" && frame.phase.timedOut;
    closeStep(execution, frame, timedOut ? "TimedOut" : "Failed", caught || again ? event + 1 : event);
    if (again) {
      frame.round++;
      countRetry(frame, again.policy);
      frame.phase = { is: "retry", at: again.at, timedOut: false, again: true };
      execution.timers.add({ at: again.at, kind: "retry", frame: path });
      return;
    }
    if (!caught) {
      becomeRunnable(execution, frame, { is: "failed", error, cause });
      return;
    }
    addToLocal(execution, frame, caught.output);
    if (caught.goto <= frame.position) frame.round++;
    frame.position = caught.goto;
    becomeRunnable(execution, frame, { is: "ready" });
  },
  executionSucceeded(execution, { output }, { at, event }) {
    execution.head.output = output;
    end(execution, "Succeeded", at, event);
  },
  executionFailed(execution, { error, cause }, { at, event }) {
    Object.assign(execution.head, { error, cause });
    end(execution, "Failed", at, event);
  },
  executionStopped(execution, { error, cause }, { at, event }) {
    Object.assign(execution.head, { error, cause });
    end(execution, "Stopped", at, event);
  },
  executionTimedOut(execution, _, { at, event }) {
    execution.head.error = "FnF.Timeout";
    end(execution, "TimedOut", at, event);
  },
  tasksLate() {
    // It only has an effect.
  },
  parentJoined(execution, { parent }) {
    execution.head.parents = [...execution.head.parents, parent];
  },
  effectDone(execution, { id }) {
    execution.effects.delete(id);
  },
};

/** Open frames stay as they were: they tell where the execution was when it ended. */
function end(execution: Execution, status: ExecutionStatus, at: number, event: number): void {
  execution.head.status = status;
  execution.head.endedAt = at;
  execution.runnable.length = 0;
  execution.timers.clear();
  // Children that were abandoned before still run; all else has no purpose any more.
  const kept = [...execution.effects.values()].filter(({ kind }) => kind === "stopChild");
  execution.effects.clear();
  for (const effect of kept) execution.effects.set(effect.id, effect);
  execution.newEffects = execution.newEffects.filter(({ id }) => execution.effects.has(id));
  lastEvent(execution, "", event);
}

export function countRetry(frame: Frame, policy: number): void {
  const retries = [...frame.retries];
  retries[policy] = (retries[policy] ?? 0) + 1;
  frame.retries = Array.from(retries, (used) => used ?? 0);
}

export function becomeRunnable(execution: Execution, frame: Frame, phase: Frame["phase"]): void {
  frame.phase = phase;
  execution.runnable.push(frame.path);
}

export function lastEvent(execution: Execution, path: string, event: number): void {
  const frame = execution.frames.get(path);
  if (frame) frame.last = event;
}

function closeStep(execution: Execution, frame: Frame, status: VisitStatus, ended: number): void {
  const visit: Visit = {
    position: frame.position,
    round: frame.round,
    status,
    entered: frame.entered,
    ended,
    attempts: Math.max(1, frame.attempt),
    ...iterationsOf(frame.phase),
  };
  frame.visits.push(visit);
  frame.last = ended;
  execution.touched.add(frame.path);
}

function iterationsOf(phase: Frame["phase"]): { iterations?: IterationCounts } {
  if (phase.is === "foreach" || phase.is === "parallel") return { iterations: countsOf(phase) };
  return phase.is === "settled" && phase.iterations ? { iterations: phase.iterations } : {};
}

export function countsOf({ count, next, succeeded, failed }: FanPhase): IterationCounts {
  return [count, next, succeeded, failed];
}

function addToLocal(execution: Execution, frame: Frame, output: Packed): void {
  if (output === EMPTY || Object.keys(output).length === 0) return;
  const added: JsonObject = execution.values.unpack(output);
  frame.local = { ...frame.local, ...added };
  frame.packedLocal = execution.values.merge(frame.packedLocal, output, () => frame.local);
}
