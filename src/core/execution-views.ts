import type { ShownParking } from "./machine.ts";
import type { ExecutionStatus, VisitStatus } from "./engine/state/execution-state.ts";
import type { Labels } from "./flow/flow.ts";
import type { EventType, HistoryEvent } from "./history/event.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Usage } from "./usage.ts";

/** What is shown of an execution: as its object answers, with times in epoch milliseconds. */

export interface ExecutionHead {
  readonly flow: string;
  readonly name: string;
  readonly version: number;
  readonly status: ExecutionStatus;
  readonly startedBy: string;
  /** From the flow's index: the execution itself does not know them. */
  readonly labels?: Labels;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly input?: JsonObject;
  readonly inputValue?: ValueReference;
  /** The input as its client wrote it, where that is not our own writing; FnF gives it back. */
  readonly inputText?: string;
  readonly output?: JsonObject;
  readonly outputValue?: ValueReference;
  readonly error?: string;
  readonly cause?: string;
  readonly counts: { readonly events: number; readonly runningIterations: number };
  /** What the execution's own object has cost so far; absent as long as it has not taken its start. */
  readonly usage?: Usage;
  /** Of the first open steps of a running execution. */
  readonly waitingFor?: readonly WaitingFor[];
  /** Absent when nothing is. */
  readonly parked?: readonly ShownParking[];
}

/** Stands for a value that is too large for where it is shown. */
export type ValueReference = {
  /** `input`, `output`, `<event id>.<field>` or `<step path>#<field>`. */
  readonly ref: string;
  /** Of its JSON text. */
  readonly bytes: number;
  /** The beginning of its JSON text, without task tokens. */
  readonly preview: string;
};

export type ExecutionData = Partial<Pick<ExecutionHead, "input" | "inputText" | "output">>;

export interface WaitingFor {
  readonly path: string;
  /**
   * `queue`: its message is on the way there. `delay`: its message lies there, and is not given to workers yet.
   * `worker`: its message lies there, and no worker has taken it. `report`: a worker has it, or whoever has its token.
   * `nobody`: no worker will get its message any more, for the reason `why`. `call`: what it calls has not answered.
   * `slot`: iterations that may not run yet, because so many others do.
   */
  readonly waitsFor:
    | "queue"
    | "delay"
    | "worker"
    | "report"
    | "nobody"
    | "call"
    | "execution"
    | "timer"
    | "retry"
    | "slot";
  readonly why?: "deadLetter" | "queueDeleted" | "queueRemade";
  readonly attempt?: number;
  readonly queue?: string;
  /** Who has the message, if he named himself; or who alone gets it. */
  readonly worker?: string;
  /** When the worker that alone gets it last called. */
  readonly lastSeenAt?: number;
  /** When the attempt began, its message was sent, or the worker that has it took it. */
  readonly since?: number;
  /** No worker has asked the queue since then, and that is long ago. */
  readonly unaskedSince?: number;
  /** Of a delay, a worker's lease, a timer, a retry. */
  readonly until?: number;
  /** The attempt is over then, whatever happens. */
  readonly timesOutAt?: number;
  readonly flow?: string;
  readonly execution?: string;
  readonly iterations?: number;
}

export interface StepsQuery {
  /** A control step's path for the lists inside it, the path of one of these for its steps; absent: the flow's own steps. */
  readonly parent?: string;
  readonly status?: StepStatus;
  readonly from: number;
  readonly limit: number;
}

export type StepStatus = "Running" | "Stopped" | VisitStatus;

export interface StepsPage {
  readonly items: readonly StepView[];
  /** `from` of the next page. */
  readonly next?: number;
}

/** A step, or a list inside one: its `type` is then iteration, branch or option. */
export interface StepView {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly status: StepStatus;
  readonly attempts?: number;
  readonly enteredAt: number;
  readonly endedAt?: number;
  readonly input?: Json;
  readonly inputValue?: ValueReference;
  readonly local?: Json;
  readonly localValue?: ValueReference;
  readonly output?: Json;
  readonly outputValue?: ValueReference;
  readonly error?: string;
  readonly cause?: string;
  /** What its worker told last. */
  readonly progress?: Json;
  readonly progressAt?: number;
  /** The queue that the input of a task chose for its last attempt. */
  readonly queue?: string;
  /** Who did the work of its last attempt, as its queue and its worker told. */
  readonly worker?: string;
  readonly deliveries?: number;
  readonly losses?: number;
  readonly takenAt?: number;
  /** What is kept of what its commands wrote, of so many attempts. */
  readonly log?: { readonly bytes: number; readonly attempts: number };
  /** Of a foreach or parallel. */
  readonly iterations?: {
    readonly total: number;
    readonly started: number;
    readonly running: number;
    readonly succeeded: number;
    /** Failures that were tolerated. */
    readonly failed: number;
  };
  /** Of an iteration, branch or option. */
  readonly index?: number;
  readonly item?: Json;
  readonly itemValue?: ValueReference;
}

/** Which logs: of a step path, of one attempt of it; without a step those of all. */
export interface LogQuery {
  readonly step?: string;
  readonly attempt?: number;
}

export interface HistoryPageQuery {
  readonly after: number;
  readonly limit: number;
  readonly type?: EventType;
  readonly step?: string;
  /** Values with more bytes of JSON are referred to. */
  readonly valueSize: number;
}

export interface HistoryEventsPage {
  readonly events: readonly HistoryEvent[];
  readonly next?: number;
}
