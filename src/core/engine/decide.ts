import { jsonMemory } from "../durable/memory.ts";
import { given } from "../given.ts";
import { CAUSE_LENGTH, FACTS_PER_TURN, WAITING_TASKS_MAX } from "../limits.ts";
import type { EffectOver, EffectParked } from "../machine.ts";
import { type Rejection, type Result, reject } from "../result.ts";
import { SECOND_MS } from "../time.ts";
import type {
  ConfirmTasks,
  ExecutionCommand,
  ExecutionOutcome,
  Heartbeat,
  Join,
  RefuseTasks,
  ReportFailed,
  ReportRefusal,
  ReportSucceeded,
  Stop,
} from "./command.ts";
import type { Execution } from "./contract.ts";
import { decideAdjust } from "./adjust-items.ts";
import type { Decision } from "./decision.ts";
import { locatedDrafts } from "./located.ts";
import { hasRoomToGrow } from "./open-memory.ts";
import { decidePause, decideResume } from "./pause.ts";
import { type FrameAddress, type StepAddress, parseStepAddress } from "./state/addresses.ts";
import type { Draft } from "./state/draft.ts";
import type { ExecutionEffect } from "./state/effect.ts";
import type { Visit } from "./state/closed.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import {
  frameAt,
  isRunning,
  listOf,
  openStep,
  resultsOf,
  stepOfVisit,
  visitsOf,
  waveAt,
} from "./state/navigation.ts";
import type { TaskPhase, Wave } from "./state/phase.ts";
import { toRuns } from "./state/runs.ts";
import { startedEvent } from "./state/waves.ts";
import type { TaskAttempt, TaskRef } from "./state/task-ref.ts";
import { decideRedrive } from "./redrive.ts";
import { queueOf, taskStep } from "./steps/task.ts";
import { isPending, tasksOf } from "./tasks.ts";

export type OrdinaryCommand = Exclude<ExecutionCommand, { type: "start" }>;

/** A task that a command speaks of; without an address where no step can have such a path. */
export interface TaskAt {
  readonly task: ConfirmTasks["tasks"][number];
  readonly address: StepAddress | undefined;
}

const OK: ExecutionOutcome = { ok: true };

/** The tasks that a command speaks of. Their paths are parsed here, and nowhere else on a command's way. */
export function tasksOfCommand(command: OrdinaryCommand): readonly TaskAt[] {
  const tasks = "tasks" in command ? command.tasks : "attempt" in command ? [command] : [];
  return tasks.map(taskAt);
}

function taskAt(task: TaskAt["task"]): TaskAt {
  return { task, address: parseStepAddress(task.path) };
}

/** `tasks` are those of the command. */
export function decide(
  execution: Execution,
  command: OrdinaryCommand,
  tasks: readonly TaskAt[],
  now: number,
): Decision {
  const { state } = execution;
  switch (command.type) {
    case "reportSucceeded":
    case "reportFailed":
      return decideReport(execution, command, tasks[0]?.address);
    case "confirmTasks":
      return decideConfirm(state, command, tasks);
    case "refuseTasks":
      return decideRefuse(state, command, tasks);
    case "heartbeat":
      return decideHeartbeat(execution, command, tasks[0]?.address, now);
    case "tasksLocated":
      return { drafts: locatedDrafts(state, command, now), outcome: OK };
    case "join":
      return decideJoin(state, command);
    case "stop":
      return decideStop(state, command);
    case "adjustItems":
      return decideAdjust(execution, command);
    case "pause":
      return decidePause(state, command, now);
    case "resume":
      return decideResume(state, command.by);
    case "redrive":
      return decideRedrive(execution, command);
    case "effectOver":
      return effectOver(state, command);
    case "effectParked":
      return decideParked(state, command);
    case "retryEffects": {
      const ids = [...state.parked.keys()];
      return { drafts: ids.length > 0 ? [{ type: "effectsRetried", ids }] : [], outcome: OK };
    }
    case "wake":
      return { drafts: [], outcome: OK };
  }
}

function decideReport(
  execution: Execution,
  report: ReportSucceeded | ReportFailed,
  address: StepAddress | undefined,
): Decision {
  const found = openAttempt(execution, report, address);
  if (!found.ok) return found;
  const { frame, phase } = found;
  const implied = phase.submitted ? {} : ({ impliesSubmitted: true } as const);
  const eventId = execution.state.head.nextEvent + (phase.submitted ? 0 : 1);
  // Whoever else reports leaves a child behind that nobody waits for any more.
  const abandons = phase.child && !report.isOwnEnd ? ({ abandonsChild: true } as const) : {};
  const { log, by } = report;
  const common = { frame: frame.address, ...implied, ...abandons, ...given({ log, by }) };
  const draft: Draft =
    report.type === "reportSucceeded"
      ? { type: "taskSucceeded", ...common, output: report.output }
      : { type: "taskFailed", ...common, error: report.error, cause: report.cause };
  return { drafts: [draft], outcome: { ok: true, eventId } };
}

/** Whose attempt it is, if it still waits for its report; else precisely why not (spec: FDL section 12.4). */
function openAttempt(
  execution: Execution,
  { attempt }: TaskAttempt,
  address: StepAddress | undefined,
): Result<{ frame: Frame; phase: TaskPhase }> {
  const { state } = execution;
  if (!isRunning(state)) return refuse("ExecutionEnded", `the execution has ended: ${state.head.status}`);
  if (!address) return refuseCompleted();
  const frame = frameOfTask(state, address);
  if (!frame) return refuseClosed(execution, address, attempt);
  if (attempt < frame.attempt) {
    return refuse("TaskSuperseded", `attempt ${attempt} was replaced by attempt ${frame.attempt}`);
  }
  const { phase } = frame;
  if (phase.is === "again")
    return refuse("TaskSuperseded", `attempt ${attempt} was cut off: another follows`);
  if (phase.is === "task" && taskStep(openStep(state, frame)).pattern !== "requestResponse") {
    return { ok: true, frame, phase };
  }
  const timedOut = (phase.is === "retry" || phase.is === "settled") && phase.timedOut === true;
  return timedOut ? refuseTimedOut(attempt) : refuseCompleted();
}

/** The frame in which a task is the open step. */
function frameOfTask(state: ExecutionState, { frame: address, step, round }: StepAddress): Frame | undefined {
  const frame = frameAt(state, address);
  if (!frame || frame.round !== round || frame.attempt === 0) return undefined;
  return listOf(state, frame).steps[frame.position]?.name === step ? frame : undefined;
}

function refuseClosed(execution: Execution, { frame, step, round }: StepAddress, attempt: number): Rejection {
  const isMeant = (visit: Visit) => stepOfVisit(execution, frame, visit)?.name === step;
  const visit = visitsOf(execution, frame).find(round, isMeant);
  if (!visit && isLeftOut(execution, frame))
    return refuse("TaskAlreadyCompleted", "its item was stopped: nobody waits for the report any more");
  const wasLeft = visit ? visit.status === "Stopped" : execution.state.head.redrives !== undefined;
  if (wasLeft)
    return refuse("TaskSuperseded", `attempt ${attempt} was cut off: the execution went on without it`);
  return visit?.status === "TimedOut" && visit.attempts === attempt
    ? refuseTimedOut(attempt)
    : refuseCompleted();
}

/** Whether the list, or one around it, is an iteration that was left out while it ran. */
function isLeftOut(execution: Execution, { owner, index }: FrameAddress): boolean {
  if (!owner) return false;
  const [result] = resultsOf(execution, owner, index, index + 1);
  return result?.status === "Skipped" || isLeftOut(execution, owner.frame);
}

function refuse(code: ReportRefusal, detail: string): Rejection {
  return reject(code, detail);
}

function refuseTimedOut(attempt: number): Rejection {
  return refuse("TaskTimedOut", `attempt ${attempt} was not answered in time`);
}

function refuseCompleted(): Rejection {
  return refuse("TaskAlreadyCompleted", "the task has already been reported");
}

/** Tasks that are over by now have nothing to be told of; but their messages are to leave their queue. */
function decideConfirm(state: ExecutionState, { queue }: ConfirmTasks, tasks: readonly TaskAt[]): Decision {
  const drafts: Draft[] = [];
  const late =
    queue === undefined ? [] : tasks.filter((one) => !("output" in one.task) && isOver(state, one));
  if (queue !== undefined && late.length > 0)
    drafts.push({ type: "tasksLate", queue, tasks: late.map(({ task }) => task) });
  const waves = new Map<Wave, { frame: Frame; indexes: number[] }>();
  const named = new Set<string>();
  for (const one of tasks) {
    const frame = unsubmitted(state, one);
    if (!frame || named.has(frame.address.text)) continue;
    named.add(frame.address.text);
    const wave = state.frames.has(frame.address.text) ? undefined : waveAt(state, frame.address);
    if (taskStep(openStep(state, frame)).pattern === "requestResponse") {
      drafts.push({ type: "taskSucceeded", frame: frame.address, output: one.task.output ?? {} });
    } else if (wave) {
      const group = waves.get(wave.wave) ?? { frame: wave.owner, indexes: [] };
      group.indexes.push(frame.address.index);
      waves.set(wave.wave, group);
    } else {
      drafts.push({ type: "taskSubmitted", frame: frame.address });
    }
  }
  for (const [wave, { frame, indexes }] of waves) {
    const { from, firstEvent, scheduled } = wave;
    const runs = toRuns(indexes);
    const started = scheduled && runs.map(([first]) => startedEvent(wave, first));
    const submitted = { wave: from, firstEvent, runs, ...given({ started }) };
    drafts.push({ type: "tasksSubmitted", frame: frame.address, ...submitted });
  }
  return { drafts, outcome: OK };
}

function decideRefuse(
  state: ExecutionState,
  { error, cause, isAnswer = false }: Omit<RefuseTasks, "type" | "tasks">,
  tasks: readonly TaskAt[],
): Decision {
  const named = new Set<string>();
  const drafts = tasks.flatMap((one): Draft[] => {
    const frame = unsubmitted(state, one);
    if (!frame || named.has(frame.address.text)) return [];
    named.add(frame.address.text);
    const isResult = isAnswer && taskStep(openStep(state, frame)).pattern === "requestResponse";
    return [{ type: isResult ? "taskFailed" : "taskSubmitFailed", frame: frame.address, error, cause }];
  });
  return { drafts, outcome: OK };
}

function decideHeartbeat(
  execution: Execution,
  beat: Heartbeat,
  address: StepAddress | undefined,
  now: number,
): Decision {
  const found = openAttempt(execution, beat, address);
  if (!found.ok) return found;
  const { heartbeatSeconds } = taskStep(openStep(execution.state, found.frame));
  const queue = queueOf(execution.state, found.frame);
  // What a worker tells besides is left out where there is no room for it.
  const isTold = beat.progress !== undefined && hasRoomToGrow(execution.state, jsonMemory(beat.progress));
  const progress = isTold ? beat.progress : undefined;
  const outcome: ExecutionOutcome = queue === undefined ? OK : { ok: true, queue };
  if (heartbeatSeconds === undefined && progress === undefined) return { drafts: [], outcome };
  const draft = {
    type: "taskHeartbeat",
    frame: found.frame.address,
    ...(heartbeatSeconds !== undefined && { dueAt: now + heartbeatSeconds * SECOND_MS }),
    ...(progress !== undefined && { progress }),
  } as const;
  return { drafts: [draft], outcome };
}

/** Repeating it is harmless. */
function decideJoin({ head }: ExecutionState, { parent, takesOver }: Join): Decision {
  const isKnown = head.parents.some((known) => isSameTask(known, parent));
  if (!isKnown && head.parents.length >= WAITING_TASKS_MAX) {
    return reject("TooManyWaiting", `${WAITING_TASKS_MAX} tasks wait for the end of this execution already`);
  }
  return { drafts: isKnown ? [] : [{ type: "parentJoined", parent, ...given({ takesOver }) }], outcome: OK };
}

function decideStop(state: ExecutionState, { error, cause, parent }: Stop): Decision {
  const { head } = state;
  if (parent && !isSameTask(head.startedFor, parent)) return { drafts: [], outcome: OK };
  if (!isRunning(state)) {
    return reject("ExecutionAlreadyCompleted", `the execution has already ended: ${head.status}`);
  }
  return {
    drafts: [{ type: "executionStopped", error, cause }],
    outcome: { ok: true, eventId: head.nextEvent },
  };
}

/** Tasks that never reached what they call fail, so that retry and catch see it; other effects are only forgotten. */
function effectOver(state: ExecutionState, { effect, failure }: EffectOver<ExecutionEffect>): Decision {
  const { id } = effect;
  const isCall = effect.kind === "sendTasks" || effect.kind === "callTask";
  if (!isCall || failure === undefined)
    return { drafts: isPending(state, effect) ? [{ type: "effectDone", id }] : [], outcome: OK };
  const tasks = tasksOf(state, effect, FACTS_PER_TURN);
  const error = effect.kind === "sendTasks" ? "MNS.InternalError" : "FnF.InternalError";
  return decideRefuse(state, { error, cause: failure }, tasks.map(taskAt));
}

function decideParked(
  state: ExecutionState,
  { effect, tries, reason }: EffectParked<ExecutionEffect>,
): Decision {
  const { id } = effect;
  const draft = { type: "effectParked", id, tries, reason: reason.slice(0, CAUSE_LENGTH) } as const;
  return { drafts: isPending(state, effect) ? [draft] : [], outcome: OK };
}

function isOver(state: ExecutionState, { task, address }: TaskAt): boolean {
  const frame = address && isRunning(state) ? frameOfTask(state, address) : undefined;
  return frame?.phase.is !== "task" || frame.attempt !== task.attempt;
}

function isSameTask(one: TaskRef | undefined, other: TaskRef): boolean {
  return one?.execution === other.execution && one.path === other.path && one.attempt === other.attempt;
}

function unsubmitted(state: ExecutionState, { task, address }: TaskAt): Frame | undefined {
  const frame = address && isRunning(state) ? frameOfTask(state, address) : undefined;
  if (!frame || frame.attempt !== task.attempt) return undefined;
  return frame.phase.is === "task" && !frame.phase.submitted ? frame : undefined;
}
