import type { Execution } from "./state/execution-state.ts";
import type { Fact } from "./state/fact.ts";
import { childPath } from "./state/addresses.ts";
import { scheduleAttempt } from "./steps/task.ts";
import type { Timer } from "./state/timers.ts";

const HEARTBEAT_MISSED = "FnF.TaskHeartbeatTimeout";

/** Whether what a timer is for is still to be done. */
export function holds(execution: Execution, timer: Timer): boolean {
  const phase = execution.frames.get(timer.frame)?.phase;
  switch (timer.kind) {
    case "execution":
      return execution.isRunning;
    case "attempt":
      return phase?.is === "task" && phase.dueAt === timer.at;
    case "heartbeat":
      return phase?.is === "task" && phase.heartbeatDueAt === timer.at;
    case "retry":
      return phase?.is === "retry" && phase.at === timer.at;
    case "wait":
      return phase?.is === "wait" && phase.at === timer.at;
    case "wave":
      return phase?.is === "foreach" && phase.waves.some(({ firstEvent }) => firstEvent === timer.wave);
  }
}

export function nextTimer(execution: Execution): Timer | undefined {
  return execution.timers.first((timer) => {
    if (holds(execution, timer)) return true;
    // Signs of life add no timers: the one that was there is set anew when its time has come.
    const phase = timer.kind === "heartbeat" ? execution.frames.get(timer.frame)?.phase : undefined;
    const at = phase?.is === "task" ? phase.heartbeatDueAt : undefined;
    if (at !== undefined && at > timer.at) execution.timers.add({ ...timer, at });
    return false;
  });
}

/** Sets all timers by what the frames say. */
export function resetTimers({ frames, timers, head, isRunning }: Execution): void {
  timers.clear();
  if (!isRunning) return;
  timers.add({ at: head.deadlineAt, kind: "execution", frame: "" });
  for (const { path, phase } of frames.values()) {
    if (phase.is === "task") {
      const { dueAt, heartbeatDueAt } = phase;
      if (dueAt !== undefined) timers.add({ at: dueAt, kind: "attempt", frame: path });
      if (heartbeatDueAt !== undefined) timers.add({ at: heartbeatDueAt, kind: "heartbeat", frame: path });
    } else if (phase.is === "retry" || phase.is === "wait") {
      timers.add({ at: phase.at, kind: phase.is, frame: path });
    } else if (phase.is === "foreach") {
      for (const { dueAt, firstEvent } of phase.waves) {
        if (dueAt !== undefined) timers.add({ at: dueAt, kind: "wave", frame: path, wave: firstEvent });
      }
    }
  }
}

/** What happens when a timer is due. One fact at a time: each may make others pointless. */
export function dueFact(execution: Execution, timer: Timer, now: number): Fact {
  switch (timer.kind) {
    case "execution":
      return { type: "executionTimedOut" };
    case "attempt":
      return { type: "taskTimedOut", frame: timer.frame };
    case "heartbeat":
      return { type: "taskTimedOut", frame: timer.frame, error: HEARTBEAT_MISSED };
    case "wait":
      return { type: "pauseEnded", frame: timer.frame };
    case "retry": {
      const frame = execution.open(timer.frame);
      return execution.behaviour(frame).retriedBy === "attempt"
        ? scheduleAttempt(execution, frame, now)
        : { type: "pauseEnded", frame: timer.frame };
    }
    case "wave":
      return { type: "taskTimedOut", frame: firstOpenIteration(execution, timer) };
  }
}

function firstOpenIteration(execution: Execution, timer: Timer): string {
  const owner = execution.open(timer.frame);
  const waves = owner.phase.is === "foreach" ? owner.phase.waves : [];
  const [index = 0] = waves.find(({ firstEvent }) => firstEvent === timer.wave)?.open.keys() ?? [];
  return childPath(execution.stepPath(owner), index);
}

/** The timer of a task's own attempt, when it is past: an answer never depends on whether the alarm came in time. */
export function pastDue(execution: Execution, framePath: string, now: number): Fact | undefined {
  const phase = execution.peek(framePath)?.phase;
  if (phase?.is !== "task") return undefined;
  if (phase.dueAt !== undefined && phase.dueAt <= now) return { type: "taskTimedOut", frame: framePath };
  const isSilent = phase.heartbeatDueAt !== undefined && phase.heartbeatDueAt <= now;
  return isSilent ? { type: "taskTimedOut", frame: framePath, error: HEARTBEAT_MISSED } : undefined;
}
