import type { WorkerAbout } from "./queue/command.ts";
import type { FinishedTask, WorkerRecord, WorkerTrouble } from "./queue/finished-tasks.ts";
import type { MessageTask } from "./queue/message.ts";
import type { Taker } from "./queue/pollers.ts";
import type { Drain, WorkerState } from "./queue/worker-entry.ts";

/** Workers of a queue, as whoever asks for them sees them. Times are epoch milliseconds. */
export interface WorkersQuery {
  readonly limit: number;
  /** Behind this one, as `workerKey` names it. */
  readonly after?: string;
  /** Only these. */
  readonly names?: readonly string[];
  /** `running` is left empty. */
  readonly withoutTasks?: boolean;
}

/** A process that works at a queue, or all programs together that call under one name without a session. */
export interface WorkerView extends Taker, WorkerAbout, Readonly<Omit<WorkerRecord, "finished">> {
  readonly state: WorkerState;
  readonly since: number;
  readonly lastSeenAt: number;
  readonly draining: boolean;
  /** Messages that it holds. */
  readonly leases: number;
  /** Those of them that are tasks, longest held first, the first of them. */
  readonly running: readonly RunningTask[];
  /** Tasks that it reported, and messages that it held when it was lost. */
  readonly done: number;
  readonly failed: number;
  readonly lost: number;
  /** What was said when it was told to take no more messages. */
  readonly drain?: Drain;
  readonly trouble?: WorkerTrouble;
  /** Of one that fails, as far as is known. */
  readonly failingSince?: number;
}

/** Of a worker's name. */
export interface WorkerDetail {
  /** Those that called last first; none when nobody of this name has called. */
  readonly processes: readonly WorkerView[];
  /** Newest first. */
  readonly finished: readonly FinishedTask[];
  /** How long workers of the queue take, where that is known. */
  readonly usualMs?: number;
}

export interface RunningTask extends Omit<MessageTask, "lostAfter" | "heartbeatSeconds"> {
  readonly since: number;
}
