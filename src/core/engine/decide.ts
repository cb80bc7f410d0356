import { type Rejection, type Result, reject } from "../result.ts";
import type {
  ConfirmTasks,
  ExecutionOutcome,
  Heartbeat,
  Join,
  RefuseTasks,
  ReportFailed,
  ReportRefusal,
  ReportSucceeded,
  Stop,
} from "./command.ts";
import type { TaskAttempt, TaskRef } from "./state/task-ref.ts";
import { SECOND_MS } from "../time.ts";
import type { Execution, Frame } from "./state/execution-state.ts";
import type { TaskPhase, Wave } from "./state/phase.ts";
import { waveOf } from "./state/execution-state.ts";
import type { Fact } from "./state/fact.ts";
import { parseFramePath, parseStepPath } from "./state/addresses.ts";
import { listAt } from "./state/navigation.ts";
import { taskStep } from "./steps/task.ts";

/** The rules: what a command records, or why it is refused. Nothing changes here. */
export type Decision = { readonly facts: readonly Fact[]; readonly outcome: ExecutionOutcome } | Rejection;

const OK: ExecutionOutcome = { ok: true };

export function decideReport(execution: Execution, report: ReportSucceeded | ReportFailed): Decision {
  const found = openAttempt(execution, report);
  if (!found.ok) return found;
  const { frame, phase } = found;
  const implied = phase.submitted ? {} : ({ impliesSubmitted: true } as const);
  const eventId = execution.head.nextEvent + (phase.submitted ? 0 : 1);
  // Whoever else reports leaves a child behind that nobody waits for any more.
  const abandons = phase.child && !report.isOwnEnd ? ({ abandonsChild: true } as const) : {};
  const common = { frame: frame.path, ...implied, ...abandons };
  const fact: Fact =
    report.type === "reportSucceeded"
      ? { type: "taskSucceeded", ...common, output: execution.values.pack(report.output) }
      : { type: "taskFailed", ...common, error: report.error, cause: report.cause };
  return { facts: [fact], outcome: { ok: true, eventId } };
}

/** Whose attempt it is, if it still waits for its report; else precisely why not (spec: FDL section 12.4). */
function openAttempt(
  execution: Execution,
  { path, attempt }: TaskAttempt,
): Result<{ frame: Frame; phase: TaskPhase }> {
  if (!execution.isRunning)
    return refuse("ExecutionEnded", `the execution has ended: ${execution.head.status}`);
  const frame = frameOfTask(execution, path);
  if (!frame) return refuseClosed(execution, path, attempt);
  if (attempt < frame.attempt) {
    return refuse("TaskSuperseded", `attempt ${attempt} was replaced by attempt ${frame.attempt}`);
  }
  const { phase } = frame;
  if (phase.is === "task" && taskStep(execution.step(frame)).pattern !== "requestResponse") {
    return { ok: true, frame, phase };
  }
  const timedOut = (phase.is === "retry" || phase.is === "settled") && phase.timedOut === true;
  return timedOut ? refuseTimedOut(attempt) : refuseCompleted();
}

/** The frame in which a task is the open step. */
function frameOfTask(execution: Execution, path: string): Frame | undefined {
  const address = parseStepPath(path);
  const frame = address && execution.peek(address.frame);
  if (!frame || frame.round !== address.round || frame.attempt === 0) return undefined;
  return execution.list(frame).steps[frame.position]?.name === address.step ? frame : undefined;
}

function refuseClosed(execution: Execution, path: string, attempt: number): Rejection {
  const address = parseStepPath(path);
  if (!address) return refuseCompleted();
  const list = listAt(execution, address.frame);
  const visit = execution
    .visitsOf(address.frame)
    .find(address.round, ({ position }) => list?.steps[position]?.name === address.step);
  return visit?.status === "TimedOut" && visit.attempts === attempt
    ? refuseTimedOut(attempt)
    : refuseCompleted();
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
export function decideConfirm(execution: Execution, { tasks, queue }: ConfirmTasks): Decision {
  const facts: Fact[] = [];
  const late =
    queue === undefined ? [] : tasks.filter((task) => !("output" in task) && isOver(execution, task));
  if (queue !== undefined && late.length > 0) facts.push({ type: "tasksLate", queue, tasks: late });
  const waves = new Map<Wave, { frame: string; indexes: number[] }>();
  const named = new Set<string>();
  for (const task of tasks) {
    const frame = unsubmitted(execution, task);
    if (!frame || named.has(frame.path)) continue;
    named.add(frame.path);
    const wave = waveSpeakingFor(execution, frame);
    if (taskStep(execution.step(frame)).pattern === "requestResponse") {
      const output = execution.values.pack(task.output ?? {});
      facts.push({ type: "taskSucceeded", frame: frame.path, output });
    } else if (wave) {
      const group = waves.get(wave.wave) ?? { frame: wave.owner, indexes: [] };
      group.indexes.push(wave.index);
      waves.set(wave.wave, group);
    } else {
      facts.push({ type: "taskSubmitted", frame: frame.path });
    }
  }
  for (const [{ from, firstEvent }, { frame, indexes }] of waves) {
    facts.push({ type: "tasksSubmitted", frame, wave: from, firstEvent, runs: toRuns(indexes) });
  }
  return { facts, outcome: OK };
}

export function decideRefuse(execution: Execution, refusal: RefuseTasks): Decision {
  const { tasks, error, cause, isAnswer = false } = refusal;
  const named = new Set<string>();
  const facts = tasks.flatMap((task): Fact[] => {
    const frame = unsubmitted(execution, task);
    if (!frame || named.has(frame.path)) return [];
    named.add(frame.path);
    const isResult = isAnswer && taskStep(execution.step(frame)).pattern === "requestResponse";
    return [{ type: isResult ? "taskFailed" : "taskSubmitFailed", frame: frame.path, error, cause }];
  });
  return { facts, outcome: OK };
}

export function decideHeartbeat(execution: Execution, beat: Heartbeat, now: number): Decision {
  const found = openAttempt(execution, beat);
  if (!found.ok) return found;
  const { heartbeatSeconds } = taskStep(execution.step(found.frame));
  const { progress } = beat;
  if (heartbeatSeconds === undefined && progress === undefined) return { facts: [], outcome: OK };
  const fact = {
    type: "taskHeartbeat",
    frame: found.frame.path,
    ...(heartbeatSeconds !== undefined && { dueAt: now + heartbeatSeconds * SECOND_MS }),
    ...(progress !== undefined && { progress }),
  } as const;
  return { facts: [fact], outcome: OK };
}

/** Repeating it is harmless. */
export function decideJoin({ head }: Execution, { parent }: Join): Decision {
  const isKnown = head.parents.some((known) => isSameTask(known, parent));
  return { facts: isKnown ? [] : [{ type: "parentJoined", parent }], outcome: OK };
}

export function decideStop(execution: Execution, { error, cause, parent }: Stop): Decision {
  if (parent && !isSameTask(execution.head.startedFor, parent)) return { facts: [], outcome: OK };
  if (!execution.isRunning) {
    return reject("ExecutionAlreadyCompleted", `the execution has already ended: ${execution.head.status}`);
  }
  const eventId = execution.head.nextEvent;
  return { facts: [{ type: "executionStopped", error, cause }], outcome: { ok: true, eventId } };
}

function isOver(execution: Execution, { path, attempt }: TaskAttempt): boolean {
  const frame = execution.isRunning ? frameOfTask(execution, path) : undefined;
  return frame?.phase.is !== "task" || frame.attempt !== attempt;
}

function isSameTask(one: TaskRef | undefined, other: TaskRef): boolean {
  return one?.execution === other.execution && one.path === other.path && one.attempt === other.attempt;
}

function unsubmitted(execution: Execution, { path, attempt }: TaskAttempt): Frame | undefined {
  const frame = execution.isRunning ? frameOfTask(execution, path) : undefined;
  if (!frame || frame.attempt !== attempt) return undefined;
  return frame.phase.is === "task" && !frame.phase.submitted ? frame : undefined;
}

function waveSpeakingFor(execution: Execution, { path }: Frame) {
  const owner = execution.frames.has(path) ? undefined : execution.ownerOf(path);
  const index = parseFramePath(path)?.index ?? 0;
  const wave = owner?.phase.is === "foreach" ? waveOf(owner.phase, index) : undefined;
  return owner && wave ? { owner: owner.path, wave, index } : undefined;
}

/** Numbers as runs [first, count] of numbers that follow each other. */
function toRuns(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[0] + run[1] === number) run[1]++;
    else runs.push([number, 1]);
  }
  return runs;
}
