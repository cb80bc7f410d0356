/** Millrace's runner as a library: `import { run, Failure } from "./worker.mjs"`. Node 18 or newer. */

/** What a handler is given. */
export interface Task<Input> {
  readonly queue: string;
  /** The message's body as JSON. Integers beyond 2^53 are doubles: `body` has all their digits. */
  readonly input: Input;
  /** The message's body as it is. */
  readonly body: string;
  /** Absent for a message that is no task. */
  readonly flow?: string;
  readonly execution?: string;
  readonly step?: string;
  readonly attempt?: number;
  /** How often the message was handed out, this time included. */
  readonly delivery: number;
  /** Seconds that the attempt may still take; undefined when it has no limit. */
  readonly remaining: number | undefined;
}

export interface Tools {
  /** Aborted when the service says that the task is over, or when the runner is told to end at once. */
  readonly signal: AbortSignal;
  /** Shown with the step; goes with the next sign of life. */
  progress(value: unknown): void;
  /** A line that is shown with the step, and kept with the task's report. */
  log(line: string): void;
}

/** Gives back the task's output, a JSON object; what it throws fails the task by its name. */
export type Handler<Input, Output extends object | void> = (
  task: Task<Input>,
  tools: Tools,
) => Output | Promise<Output>;

export interface RunOptions<Input, Output extends object | void> {
  readonly queue?: string;
  /** Slots by queue, instead of one queue. */
  readonly queues?: Readonly<Record<string, number>>;
  readonly handler: Handler<Input, Output>;
  /** Tasks side by side; 1. */
  readonly slots?: number;
  /** Messages that a slot takes to do one after the other; 1. */
  readonly batch?: number;
  /** Seconds that a message is kept from others without a sign of life; 60. */
  readonly lease?: number;
  /** Of this worker; MILLRACE_WORKER, or the host's short name. */
  readonly name?: string;
  /** Where the service is; MILLRACE_URL. */
  readonly url?: string;
  /** `accessKeyId.accessKeySecret`; MILLRACE_KEY. */
  readonly key?: string;
  /** A file with url, accessKeyId and accessKeySecret; MILLRACE_CREDENTIALS. */
  readonly credentials?: string;
  /** A file of certificates to trust, too (PEM). */
  readonly ca?: string;
  /** Seconds that running tasks may take when it is told to end; until they are done. */
  readonly grace?: number;
  /** A folder that keeps unsent reports over a restart. */
  readonly state?: string;
  /** Tasks after which it ends. */
  readonly maxTasks?: number;
  /** Ends it as TERM ends the program. */
  readonly signal?: AbortSignal;
  /** TERM and INT end it; a second one ends what runs. Off unless asked for. */
  readonly signals?: boolean;
  /** Where its log goes; nowhere unless it is given. */
  readonly log?: (line: string) => void;
}

export interface Totals {
  readonly done: number;
  readonly failed: number;
  /** Given back, or over before they were done. */
  readonly stopped: number;
}

/** Does tasks until it is told to end. Rejects with an `Error` when the service refuses the key or knows no such queue. */
export function run<Input = unknown, Output extends object | void = object | void>(
  options: RunOptions<Input, Output>,
): Promise<Totals>;

/** Fails a task by a name that a flow's `retry` and `catch` know. */
export class Failure extends Error {
  constructor(name: string, cause?: string);
}
