import { LOCATE_PAUSE_MAX_MS } from "../limits.ts";
import { SECOND_MS, toRfc3339 } from "../time.ts";
import type { LocatedTask, TasksLocated } from "./command.ts";
import { HEARTBEAT_MISSED } from "./due-timers.ts";
import { parseStepAddress } from "./state/addresses.ts";
import type { Draft } from "./state/draft.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { frameAt, isRunning, openStep } from "./state/navigation.ts";
import type { TaskPhase } from "./state/phase.ts";
import { taskStep } from "./steps/task.ts";

/**
 * What becomes of attempts whose queue was asked: the window of a heartbeat begins when a worker takes the message, and
 * an attempt is never silent while its message lies there.
 */
export function locatedDrafts(state: ExecutionState, { tasks }: TasksLocated, now: number): Draft[] {
  return tasks.flatMap((task) => {
    const frame = frameOf(state, task);
    return frame?.phase.is === "task" && frame.phase.asked
      ? draftFor(state, frame, frame.phase, task, now)
      : [];
  });
}

function frameOf(state: ExecutionState, { path, attempt }: LocatedTask): Frame | undefined {
  const address = parseStepAddress(path);
  const frame = address && isRunning(state) ? frameAt(state, address.frame) : undefined;
  return frame?.attempt === attempt ? frame : undefined;
}

function draftFor(
  state: ExecutionState,
  frame: Frame,
  phase: TaskPhase,
  { place: told }: LocatedTask,
  now: number,
): Draft {
  const { address } = frame;
  // A message that nobody has confirmed is on its way.
  const place = told.is === "gone" && !phase.submitted ? ({ is: "lying" } as const) : told;
  const isTakenDue = phase.takenDueAt !== undefined && phase.takenDueAt <= now;
  if (isTakenDue && place.is === "lying") return notTaken(frame, phase, place);
  const taken = isTakenDue ? ({ taken: true } as const) : {};
  const located = { type: "taskLocated", frame: address, ...taken } as const;
  if (phase.heartbeatDueAt === undefined || phase.heartbeatDueAt > now) return located;
  const windowMs = (taskStep(openStep(state, frame)).heartbeatSeconds ?? 0) * SECOND_MS;
  if (place.is === "lying") {
    const pauseMs = Math.min(2 * (phase.pauseMs ?? windowMs), LOCATE_PAUSE_MAX_MS);
    return { ...located, heartbeatDueAt: now + pauseMs, pauseMs };
  }
  const dueAt = place.is === "held" ? place.since + windowMs : now;
  return dueAt > now
    ? { ...located, heartbeatDueAt: dueAt }
    : { type: "taskTimedOut", frame: address, error: HEARTBEAT_MISSED };
}

function notTaken(
  { address }: Frame,
  { submitted }: TaskPhase,
  { worker, lastSeenAt }: Extract<LocatedTask["place"], { is: "lying" }>,
): Draft {
  const seen =
    lastSeenAt === undefined ? "it was not seen lately" : `it was last seen at ${toRfc3339(lastSeenAt)}`;
  const cause =
    worker === undefined
      ? "no worker took the task in time"
      : `worker "${worker}" did not take the task in time: ${seen}`;
  const failure = { error: "Worker.NotTaken", cause };
  return { type: submitted ? "taskFailed" : "taskSubmitFailed", frame: address, ...failure };
}
