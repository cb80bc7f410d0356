import type { Execution, Frame } from "../core/engine/state/execution-state.ts";
import { childPath } from "../core/engine/state/addresses.ts";
import type { ForeachPhase, TaskPhase } from "../core/engine/state/phase.ts";
import { taskStep } from "../core/engine/steps/task.ts";
import { WAITING_SHOWN_MAX } from "../core/limits.ts";
import type { WaitingFor } from "../core/objects.ts";

/** What each open step waits for, the first of them; what queues know of their messages is not in here. */
export function readWaiting(execution: Execution): WaitingFor[] {
  const found: WaitingFor[] = [];
  if (!execution.isRunning) return found;
  for (const frame of openFrames(execution)) {
    const waiting = waitingOf(execution, frame);
    if (waiting) found.push(waiting);
    if (found.length >= WAITING_SHOWN_MAX) break;
  }
  return found;
}

/** Those with a record, and the iterations of waves that have none. */
function* openFrames(execution: Execution): Generator<Frame> {
  for (const frame of execution.frames.values()) {
    yield frame;
    if (frame.phase.is === "foreach") yield* iterationsOf(execution, frame, frame.phase);
  }
}

function* iterationsOf(execution: Execution, owner: Frame, { waves }: ForeachPhase): Generator<Frame> {
  const path = execution.stepPath(owner);
  for (const { open } of waves) {
    for (const index of open.keys()) {
      const frame = execution.peek(childPath(path, index));
      if (frame) yield frame;
    }
  }
}

function waitingOf(execution: Execution, frame: Frame): WaitingFor | undefined {
  const { phase } = frame;
  switch (phase.is) {
    case "wait":
      return { path: execution.stepPath(frame), waitsFor: "timer", until: phase.at };
    case "retry":
      return { path: execution.stepPath(frame), waitsFor: "retry", until: phase.at };
    case "foreach":
    case "parallel": {
      const left = phase.count - phase.next;
      return left > 0 ? { path: execution.stepPath(frame), waitsFor: "slot", iterations: left } : undefined;
    }
    case "task":
      return { ...taskWaiting(execution, frame, phase), attempt: frame.attempt };
    default:
      return undefined;
  }
}

function taskWaiting(execution: Execution, frame: Frame, phase: TaskPhase): WaitingFor {
  const path = execution.stepPath(frame);
  const { resource, pattern } = taskStep(execution.step(frame));
  const timesOut = Math.min(phase.dueAt ?? Infinity, phase.heartbeatDueAt ?? Infinity);
  const { since } = phase;
  const common = {
    path,
    ...(since !== undefined && { since }),
    ...(Number.isFinite(timesOut) && { timesOutAt: timesOut }),
  };
  if (phase.child) {
    const { flow, name } = phase.child;
    return { ...common, waitsFor: "execution", flow, execution: name };
  }
  if (resource.kind === "queue") {
    return { ...common, waitsFor: phase.submitted ? "report" : "queue", queue: resource.queue };
  }
  return { ...common, waitsFor: pattern === "waitForCallback" && phase.submitted ? "report" : "call" };
}
