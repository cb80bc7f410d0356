import { evaluateSource } from "../expr/mapping.ts";
import { wholeNumber } from "../fdl/constants.ts";
import type { Secrets, StepOf } from "../fdl/flow.ts";
import type { Resource, TaskPattern } from "../fdl/resource.ts";
import type { Json, JsonObject } from "../json.ts";
import {
  EXECUTION_DATA_SIZE,
  LOST_AFTER_MAX,
  PRIORITY_DEFAULT,
  PRIORITY_MAX,
  QUEUE_DELAY_SECONDS_MAX,
  TAKEN_SECONDS_MAX,
  TASK_DATA_SIZE,
  WORKER_NAME_LENGTH,
} from "../limits.ts";
import type { TaskAttempt } from "./state/task-ref.ts";
import type { CallTask, ExecutionEffect, Locate, SendTasks } from "./state/effect.ts";
import type { Execution } from "./contract.ts";
import { excessOf } from "./data-limits.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { type Lineage, NO_LINEAGE, childLineage } from "./state/lineage.ts";
import type { ChildExecution } from "./state/fact.ts";
import { childAddress, parseStepAddress } from "./state/addresses.ts";
import { stepInput } from "./scope.ts";
import { addressOf, frameAt, isRunning, openStep } from "./state/navigation.ts";
import { unsubmittedIn } from "./state/waves.ts";
import { choiceOf, queueOf, taskStep } from "./steps/task.ts";

/** Whether an effect is still to be done: what hands tasks over is not, once they were taken or nobody waits for them. */
export function isPending(state: ExecutionState, effect: ExecutionEffect): boolean {
  if (!state.effects.has(effect.id)) return false;
  if (effect.kind === "locate") return locatedBy(state, effect) !== undefined;
  const isCall = effect.kind === "sendTasks" || effect.kind === "callTask";
  return !isCall || tasksOf(state, effect, 1).length > 0;
}

/** The attempts of an effect that no queue has confirmed yet, at most `limit` of them. */
export function tasksOf(state: ExecutionState, effect: SendTasks | CallTask, limit: number): TaskAttempt[] {
  if (!isRunning(state)) return [];
  if ("wave" in effect) return waveTasks(state, effect, limit);
  const frame = state.frames.get(effect.frame);
  if (frame?.phase.is !== "task" || frame.phase.submitted) return [];
  if (frame.entered !== effect.entered || frame.attempt !== effect.attempt) return [];
  return [{ path: addressOf(state, frame).text, attempt: frame.attempt }];
}

/** The attempt that a question is about, as long as it is open. */
export function locatedBy(
  state: ExecutionState,
  { frame: text, entered, attempt }: Locate,
): TaskAttempt | undefined {
  const frame = isRunning(state) ? state.frames.get(text) : undefined;
  if (frame?.phase.is !== "task" || !frame.phase.asked) return undefined;
  if (frame.entered !== entered || frame.attempt !== attempt) return undefined;
  return { path: addressOf(state, frame).text, attempt };
}

function waveTasks(state: ExecutionState, effect: SendTasks, limit: number): TaskAttempt[] {
  const owner = state.frames.get(effect.frame);
  if (owner?.phase.is !== "foreach") return [];
  const { waves, body } = owner.phase;
  const wave = waves.find(({ firstEvent }) => firstEvent === effect.wave);
  const { attempt } = effect;
  if (!wave || wave.again || attempt !== (wave.scheduled?.attempt ?? 1)) return [];
  const name = state.flow.lists[body]?.steps[0]?.name;
  const address = addressOf(state, owner);
  const tasks: TaskAttempt[] = [];
  for (const index of unsubmittedIn(wave)) {
    tasks.push({ path: `${childAddress(address, index).text}/${name}`, attempt });
    if (tasks.length >= limit) break;
  }
  return tasks;
}

/** Why a task cannot be handed to anybody. */
export interface TaskRefusal extends TaskAttempt {
  readonly error: string;
  readonly cause: string;
}

/** A task as its queue gets it. */
export interface TaskMessage extends TaskAttempt {
  readonly body: string;
  readonly priority: number;
  readonly delaySeconds: number;
  /** False when the step is over as soon as the queue has the message. */
  readonly awaitsReport: boolean;
  /** Only a worker of this name gets it. */
  readonly worker?: string;
  /** The attempt fails after so many losses of workers that had it. */
  readonly lostAfter?: number;
  readonly heartbeatSeconds?: number;
  readonly expiresAt?: number;
}

/** Builds the message of an attempt; the token goes nowhere else. Undefined when the attempt is over. */
export function taskMessage(
  execution: Execution,
  task: TaskAttempt,
  token: string,
): TaskMessage | TaskRefusal | undefined {
  const { state } = execution;
  const frame = frameOfAttempt(state, task);
  if (frame?.phase.is !== "task") return undefined;
  const step = taskStep(openStep(state, frame));
  const choice = queueOf(state, frame) === undefined ? choiceOf(execution, frame, step) : undefined;
  if (choice?.ok === false) return { ...task, error: choice.code, cause: choice.detail };
  const input = stepInput(execution, frame, token);
  return refusalOf(task, input, TASK_DATA_SIZE) ?? { ...task, ...queueMessage(step, frame, input) };
}

function refusalOf(task: TaskAttempt, input: JsonObject, limit: number): TaskRefusal | undefined {
  const excess = excessOf(input, limit);
  if (excess === undefined) return undefined;
  return { ...task, error: "FnF.DataLimitExceeded", cause: `the input of the task ${excess}` };
}

function frameOfAttempt(state: ExecutionState, { path, attempt }: TaskAttempt): Frame | undefined {
  const address = parseStepAddress(path);
  const frame = address && frameAt(state, address.frame);
  return frame?.attempt === attempt ? frame : undefined;
}

/** What serviceParams make of the step's input (spec: FDL section 5.3). */
function queueMessage(step: StepOf<"task">, frame: Frame, input: JsonObject) {
  const { phase } = frame;
  const params = evaluateParams(step.serviceParams, input);
  const priority = wholeNumber(params.Priority ?? PRIORITY_DEFAULT, 1, PRIORITY_MAX);
  const delaySeconds = wholeNumber(params.DelaySeconds ?? 0, 0, QUEUE_DELAY_SECONDS_MAX);
  if (priority === undefined) return invalid("Priority", `a whole number, 1 to ${PRIORITY_MAX}`);
  if (delaySeconds === undefined)
    return invalid("DelaySeconds", `a whole number, 0 to ${QUEUE_DELAY_SECONDS_MAX}`);
  const { TakenWithinSeconds: within = null } = params;
  if (within !== null && wholeNumber(within, 1, TAKEN_SECONDS_MAX) === undefined)
    return invalid("TakenWithinSeconds", `a whole number, 1 to ${TAKEN_SECONDS_MAX}`);
  const { Worker: worker = null } = params;
  if (worker !== null && !isWorkerName(worker))
    return invalid("Worker", `text of 1 to ${WORKER_NAME_LENGTH} characters`);
  const { LostAfter: lost = null } = params;
  const lostAfter = lost === null ? undefined : wholeNumber(lost, 1, LOST_AFTER_MAX);
  if (lost !== null && lostAfter === undefined)
    return invalid("LostAfter", `a whole number, 1 to ${LOST_AFTER_MAX}`);
  const body = params.MessageBody ?? null;
  return {
    body: typeof body === "string" ? body : JSON.stringify(body),
    priority,
    delaySeconds,
    ...(worker !== null && { worker }),
    ...(lostAfter !== undefined && { lostAfter }),
    awaitsReport: step.pattern !== "requestResponse",
    ...(step.heartbeatSeconds !== undefined && { heartbeatSeconds: step.heartbeatSeconds }),
    ...(phase.is === "task" && phase.dueAt !== undefined && { expiresAt: phase.dueAt }),
  };
}

function isWorkerName(value: Json): value is string {
  return typeof value === "string" && value !== "" && value.length <= WORKER_NAME_LENGTH;
}

function invalid(param: string, rule: string) {
  return { error: "MNS.InvalidArgument", cause: `serviceParams.${param} must be ${rule}` };
}

/** What a task that no queue carries asks of its resource. */
export interface TaskCall extends TaskAttempt {
  readonly resource: Resource;
  readonly pattern: TaskPattern;
  readonly input: JsonObject;
  /** serviceParams, evaluated. */
  readonly params: JsonObject;
  /** Which of their values are to be put in at the last moment. */
  readonly secrets?: Secrets;
  /** The execution that a `sync` call of a flow waits for. */
  readonly child?: ChildExecution;
  /** Of the execution that calls, and of one that it would start. */
  readonly lineage: { readonly own: Lineage; readonly child: Lineage };
  readonly dueAt?: number;
}

/** The call of an attempt; undefined when the attempt is over. */
export function taskCall(
  execution: Execution,
  task: TaskAttempt,
  token: string,
): TaskCall | TaskRefusal | undefined {
  const { state } = execution;
  const frame = frameOfAttempt(state, task);
  if (frame?.phase.is !== "task") return undefined;
  const { resource, pattern, serviceParams, secrets, inputMappings } = taskStep(openStep(state, frame));
  const input = stepInput(execution, frame, token);
  // What was not mapped only lies there: serviceParams pick from it. A child's input is that of an execution.
  const limit = resource.kind === "flow" ? EXECUTION_DATA_SIZE : TASK_DATA_SIZE;
  const refusal = inputMappings && refusalOf(task, input, limit);
  if (refusal) return refusal;
  const { dueAt, child } = frame.phase;
  return {
    ...task,
    resource,
    pattern,
    input,
    params: evaluateParams(serviceParams, input),
    lineage: { own: state.head.lineage ?? NO_LINEAGE, child: childLineage(state.head, pattern) },
    ...(secrets && { secrets }),
    ...(child && { child }),
    ...(dueAt !== undefined && { dueAt }),
  };
}

function evaluateParams(params: StepOf<"task">["serviceParams"], input: JsonObject): JsonObject {
  const scope = { input, local: {}, self: input, context: () => null };
  const entries = Object.entries(params);
  return Object.fromEntries(entries.map(([key, source]) => [key, evaluateSource(source, scope)]));
}
