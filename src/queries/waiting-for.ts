import { childAddress } from "../core/engine/state/addresses.ts";
import type { ExecutionState, Frame } from "../core/engine/state/execution-state.ts";
import { addressOf, frameAt, isRunning, openStep } from "../core/engine/state/navigation.ts";
import type { ForeachPhase, TaskPhase } from "../core/engine/state/phase.ts";
import { leftToBegin } from "../core/engine/state/todo.ts";
import { queueOf, taskStep } from "../core/engine/steps/task.ts";
import { WAITING_SHOWN_MAX } from "../core/limits.ts";
import type { WaitingFor } from "../core/execution-views.ts";
import type { AwaitedQueue } from "../core/inspection-views.ts";
import { given } from "../core/given.ts";

/** What each open step waits for, the first of them; what queues know of their messages is not in here. */
export function readWaiting(state: ExecutionState, most = WAITING_SHOWN_MAX): WaitingFor[] {
  const found: WaitingFor[] = [];
  if (!isRunning(state)) return found;
  for (const frame of openFrames(state)) {
    const waiting = waitingOf(state, frame);
    if (waiting) found.push(waiting);
    if (found.length >= most) break;
  }
  return found;
}

/** Queues that tasks were handed to which are not reported yet, the first of them. */
export function readAwaitedQueues(state: ExecutionState, most: number): AwaitedQueue[] {
  const found = new Map<string, AwaitedQueue>();
  if (!isRunning(state)) return [];
  for (const frame of openFrames(state)) {
    const { phase } = frame;
    const queue = phase.is === "task" && phase.submitted ? queueOf(state, frame) : undefined;
    if (phase.is !== "task" || queue === undefined) continue;
    const { tasks, since } = found.get(queue) ?? { tasks: 0, since: Number.POSITIVE_INFINITY };
    if (tasks === 0 && found.size >= most) continue;
    found.set(queue, { queue, tasks: tasks + 1, since: Math.min(since, phase.since ?? since) });
  }
  return [...found.values()];
}

/** Those with a record, and the iterations of waves that have none. */
function* openFrames(state: ExecutionState): Generator<Frame> {
  for (const frame of state.frames.values()) {
    yield frame;
    if (frame.phase.is === "foreach") yield* iterationsOf(state, frame, frame.phase);
  }
}

function* iterationsOf(state: ExecutionState, owner: Frame, { waves }: ForeachPhase): Generator<Frame> {
  const address = addressOf(state, owner);
  for (const { open } of waves) {
    for (const index of open.keys()) {
      const frame = frameAt(state, childAddress(address, index));
      if (frame) yield frame;
    }
  }
}

function waitingOf(state: ExecutionState, frame: Frame): WaitingFor | undefined {
  const { phase } = frame;
  switch (phase.is) {
    case "wait":
      return { path: addressOf(state, frame).text, waitsFor: "timer", until: phase.at };
    case "retry":
      return { path: addressOf(state, frame).text, waitsFor: "retry", until: phase.at };
    case "foreach":
    case "parallel": {
      const left = leftToBegin(phase);
      return left > 0
        ? { path: addressOf(state, frame).text, waitsFor: "slot", iterations: left }
        : undefined;
    }
    case "task":
      return { ...taskWaiting(state, frame, phase), attempt: frame.attempt };
    default:
      return undefined;
  }
}

function taskWaiting(state: ExecutionState, frame: Frame, phase: TaskPhase): WaitingFor {
  const path = addressOf(state, frame).text;
  const { resource, pattern } = taskStep(openStep(state, frame));
  // Until a worker gave a sign of life it is only the time at which the queue will be asked.
  const silentAt = resource.kind !== "queue" || phase.seen ? phase.heartbeatDueAt : undefined;
  const timesOut = Math.min(phase.dueAt ?? Infinity, silentAt ?? Infinity);
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
    const waitsFor = phase.submitted ? "report" : "queue";
    return { ...common, waitsFor, ...given({ queue: queueOf(state, frame) }) };
  }
  return { ...common, waitsFor: pattern === "waitForCallback" && phase.submitted ? "report" : "call" };
}
