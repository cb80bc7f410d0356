import { isJsonObject, readJson } from "./json.ts";
import type { Subject } from "./log.ts";
import type { MessageOnWire, TaskOnWire } from "./wire.ts";

/** Why a task is to end before it is done. */
export type StopReason = "over" | "timeout" | "attemptOver" | "shutdown";

/** A message that this runner holds, from its delivery to its verdict. */
export interface Job {
  readonly queue: string;
  readonly message: MessageOnWire;
  /** Absent for a message that is no task. */
  readonly task: TaskOnWire | undefined;
  /** Aborted when the task must end; the reason is a `StopReason`. */
  readonly signal: AbortSignal;
  /** By the monotonic clock. */
  readonly receivedAt: number;
  /** Replaced by whoever does the task: gives what is new since it was asked last, if anything. */
  progress: () => unknown;
  /** Likewise: the end of what its command wrote, if there is more of it since it was asked last. */
  log: () => string | undefined;
}

/** What became of a task. */
export type Result =
  | { readonly kind: "success"; readonly output: Readonly<Record<string, unknown>>; readonly log?: string }
  | { readonly kind: "failure"; readonly error: string; readonly cause: string; readonly log?: string }
  /** Another worker's turn; nothing is reported. */
  | { readonly kind: "giveBack"; readonly delaySeconds: number }
  /** No worker could ever do this message, which is no task. */
  | { readonly kind: "bury"; readonly reason: string }
  /** The service knows already, and wants to hear nothing. */
  | { readonly kind: "silence" };

export interface Doer {
  do(job: Job): Promise<Result>;
}

export function newJob(queue: string, message: MessageOnWire, signal: AbortSignal): Job {
  const receivedAt = performance.now();
  const silent = { progress: () => undefined, log: () => undefined };
  return { queue, message, task: taskOf(message), signal, receivedAt, ...silent };
}

export function subjectOf({ queue, message, task }: Job): Subject {
  const { flow, execution, step, attempt } = task ?? {};
  return { queue, flow, execution, step, attempt, delivery: message.dequeueCount };
}

export function stopReason(signal: AbortSignal): StopReason | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody aborts with anything else
  return signal.aborted ? (signal.reason as StopReason) : undefined;
}

/** What a message is told by in front of its lines: `nightly/resize#1`. */
export function shortName({ queue, message, task }: Job): string {
  const { step = message.id.slice(0, 8), attempt } = task ?? {};
  return `${queue}/${step}${attempt === undefined ? "" : `#${attempt}`}`;
}

/** Where flows for older services put a task's token. */
const TOKEN_NAMES = ["task_token", "taskToken", "token"];
const IS_TOKEN = /^mr1\.[\w-]+\.[\w-]+\.[\w-]+$/;

/** A message's task: told beside it by the service, else found in its body. */
function taskOf({ task, body }: MessageOnWire): TaskOnWire | undefined {
  if (task) return task;
  const value = readJson(body);
  if (!isJsonObject(value)) return undefined;
  const token = TOKEN_NAMES.map((name) => value[name]).find(
    (one): one is string => typeof one === "string" && IS_TOKEN.test(one),
  );
  return token === undefined ? undefined : { token };
}
