import { PAUSE_CREDIT_MS } from "../pause-limits.ts";
import { assert } from "../result.ts";
import type { Execution } from "./contract.ts";
import { type FrameAddress, childAddress } from "./state/addresses.ts";
import type { Draft } from "./state/draft.ts";
import type { ExecutionState, Frame, HeadRecord } from "./state/execution-state.ts";
import { addressOf, isRunning, openStep } from "./state/navigation.ts";
import type { Phase } from "./state/phase.ts";
import { queueOf, scheduleAttempt, taskStep } from "./steps/task.ts";
import type { Timer } from "./state/timers.ts";

export const HEARTBEAT_MISSED = "FnF.TaskHeartbeatTimeout";

/** Whether what a timer is for is still to be done. */
export function holds(state: ExecutionState, timer: Timer): boolean {
  const phase = state.frames.get(timer.frame)?.phase;
  const { paused } = state.head;
  switch (timer.kind) {
    case "until":
      return isRunning(state) && paused?.until === timer.at;
    case "execution":
      return isRunning(state);
    case "attempt":
      return phase?.is === "task" && phase.dueAt === timer.at;
    case "heartbeat":
      return phase?.is === "task" && phase.heartbeatDueAt === timer.at && !phase.asked;
    case "taken":
      return phase?.is === "task" && phase.takenDueAt === timer.at && !phase.asked;
    case "retry":
      return !paused && phase?.is === "retry" && phase.at === timer.at;
    case "wait":
      return !paused && phase?.is === "wait" && phase.at === timer.at;
    case "wave":
      return phase?.is === "foreach" && phase.waves.some(({ firstEvent }) => firstEvent === timer.wave);
  }
}

export function nextTimer(state: ExecutionState): Timer | undefined {
  return state.timers.first((timer) => {
    if (holds(state, timer)) return true;
    // Signs of life add no timers: the one that was there is set anew when its time has come.
    const phase = timer.kind === "heartbeat" ? state.frames.get(timer.frame)?.phase : undefined;
    const at = phase?.is === "task" ? phase.heartbeatDueAt : undefined;
    if (at !== undefined && at > timer.at) state.timers.add({ ...timer, at });
    return false;
  });
}

/** Frames in these phases go on when something from outside, or their time, comes. */
const WAITING: ReadonlySet<Phase["is"]> = new Set(["task", "retry", "wait"]);

/** What follows from the frames: timers, and frames to look at again. */
export function restore(state: ExecutionState): void {
  state.runnable.length = 0;
  state.waitingForRoom.clear();
  resetTimers(state);
  if (!isRunning(state)) return;
  for (const [path, { phase }] of state.frames) if (!WAITING.has(phase.is)) state.runnable.push(path);
}

/** When it times out: in a pause its clock stands still, but not for ever. */
export function deadlineOf({ deadlineAt, paused, pausedMs = 0 }: HeadRecord): number {
  if (!paused) return deadlineAt;
  const lasts = (paused.until ?? Number.POSITIVE_INFINITY) - paused.at;
  return deadlineAt + Math.min(lasts, PAUSE_CREDIT_MS - pausedMs);
}

/** Sets all timers by what the frames say. */
export function resetTimers(state: ExecutionState): void {
  const { frames, timers, head } = state;
  timers.clear();
  if (!isRunning(state)) return;
  timers.add({ at: deadlineOf(head), kind: "execution", frame: "" });
  const { paused } = head;
  if (paused?.until !== undefined) timers.add({ at: paused.until, kind: "until", frame: "" });
  for (const [path, { phase }] of frames) {
    if (phase.is === "task") {
      const { dueAt, heartbeatDueAt, takenDueAt } = phase;
      if (dueAt !== undefined) timers.add({ at: dueAt, kind: "attempt", frame: path });
      if (heartbeatDueAt !== undefined) timers.add({ at: heartbeatDueAt, kind: "heartbeat", frame: path });
      if (takenDueAt !== undefined) timers.add({ at: takenDueAt, kind: "taken", frame: path });
    } else if (phase.is === "retry" || phase.is === "wait") {
      if (!paused) timers.add({ at: phase.at, kind: phase.is, frame: path });
    } else if (phase.is === "foreach") {
      for (const { dueAt, firstEvent } of phase.waves) {
        if (dueAt !== undefined) timers.add({ at: dueAt, kind: "wave", frame: path, wave: firstEvent });
      }
    }
  }
}

/** What happens when a timer is due. One fact at a time: each may make others pointless. */
export function dueFact(execution: Execution, timer: Timer, now: number): Draft {
  const { state, context } = execution;
  if (timer.kind === "execution") return { type: "executionTimedOut" };
  if (timer.kind === "until") return { type: "executionResumed" };
  const frame = state.frames.get(timer.frame);
  assert(frame, "a timer that holds is of an open frame");
  switch (timer.kind) {
    case "attempt":
      return { type: "taskTimedOut", frame: frame.address };
    case "heartbeat":
      return isLocated(state, frame)
        ? { type: "whereaboutsAsked", frame: frame.address }
        : { type: "taskTimedOut", frame: frame.address, error: HEARTBEAT_MISSED };
    case "taken":
      return { type: "whereaboutsAsked", frame: frame.address };
    case "wait":
      return { type: "pauseEnded", frame: frame.address };
    case "retry":
      return context.behaviours(openStep(state, frame)).retriedBy === "attempt"
        ? scheduleAttempt(execution, frame, now)
        : { type: "pauseEnded", frame: frame.address };
    case "wave":
      return { type: "taskTimedOut", frame: firstOpenIteration(state, frame, timer) };
  }
}

function firstOpenIteration(state: ExecutionState, owner: Frame, { wave }: Timer): FrameAddress {
  const waves = owner.phase.is === "foreach" ? owner.phase.waves : [];
  const [index = 0] = waves.find(({ firstEvent }) => firstEvent === wave)?.open.keys() ?? [];
  return childAddress(addressOf(state, owner), index);
}

/** The timer of a task's own attempt, when it is past: an answer never depends on whether the alarm came in time. */
export function pastDue(state: ExecutionState, frame: Frame, now: number): Draft | undefined {
  const { address, phase } = frame;
  if (phase.is !== "task") return undefined;
  if (phase.dueAt !== undefined && phase.dueAt <= now) return { type: "taskTimedOut", frame: address };
  const isDue = phase.heartbeatDueAt !== undefined && phase.heartbeatDueAt <= now;
  const isSilent = isDue && !isLocated(state, frame);
  return isSilent ? { type: "taskTimedOut", frame: address, error: HEARTBEAT_MISSED } : undefined;
}

/**
 * Whether silence is no proof: as long as the message lies in its queue nobody could give a sign of life, so the queue is
 * asked first.
 */
export function isLocated(state: ExecutionState, frame: Frame): boolean {
  const { pattern } = taskStep(openStep(state, frame));
  return queueOf(state, frame) !== undefined && pattern === "waitForCallback";
}
