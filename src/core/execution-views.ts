import type { ShownParking } from "./machine.ts";
import type { ForkedFrom } from "./engine/state/fork.ts";
import type { VisitStatus } from "./engine/state/closed.ts";
import type { FanLimits } from "./engine/state/fan-end.ts";
import type { Era, ExecutionStatus, FailedStep } from "./engine/state/execution-state.ts";
import type { ItemCounts } from "./engine/state/item-counts.ts";
import type { Labels } from "./flow/flow.ts";
import type { EventType, HistoryEvent } from "./history/event.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ExecutionPause } from "./pause.ts";
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
  /** How often it went on after an end, and when last; absent: never. */
  readonly redrives?: number;
  readonly redrivenAt?: number;
  readonly paused?: ExecutionPause;
  readonly forkedFrom?: ForkedFrom;
  /** From which event on which version tells of it; absent: all of it is of one. */
  readonly eras?: readonly Pick<Era, "fromEvent" | "version">[];
  readonly input?: JsonObject;
  readonly inputValue?: ValueReference;
  /** The input as its client wrote it, where that is not our own writing; FnF gives it back. */
  readonly inputText?: string;
  readonly output?: JsonObject;
  readonly outputValue?: ValueReference;
  readonly error?: string;
  readonly cause?: string;
  readonly counts: { readonly events: number; readonly runningIterations: number };
  /** Iterations of its foreach steps that lie in no other one. */
  readonly items?: ItemCounts;
  /** By which step it failed, and whose work that was. */
  readonly failedStep?: FailedStep;
  /** What the execution's own object has cost so far; absent as long as it has not taken its start. */
  readonly usage?: Usage;
  /** Of the first open steps of a running execution. */
  readonly waitingFor?: readonly WaitingFor[];
  /** Absent when nothing is. */
  readonly parked?: readonly ShownParking[];
}

/** How an execution stands, in a line of a list. */
export type ExecutionStand = Pick<
  ExecutionHead,
  "status" | "endedAt" | "error" | "cause" | "items" | "failedStep"
> & {
  /** What its first open step waits for. */
  readonly waits?: WaitingFor;
};

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
  /** Nobody receives from its queue. */
  readonly queuePaused?: true;
  /** Of a delay, a worker's lease, a timer, a retry. */
  readonly until?: number;
  /** The attempt is over then, whatever happens. */
  readonly timesOutAt?: number;
  readonly flow?: string;
  readonly execution?: string;
  readonly iterations?: number;
}

/** What of an execution a fork of it is made of. */
export interface ForkQuery {
  /** Of the flow's own list: the visit that began with `event`, or the last one. Absent: from the beginning. */
  readonly step?: string;
  readonly event?: number;
  /** Who has other values does not want those. */
  readonly without: readonly ("input" | "local")[];
}

export interface ForkPoint {
  readonly input?: JsonObject;
  /** Of the flow's own list, as the step found it. */
  readonly local?: JsonObject;
  /** With which event the step was entered. */
  readonly event?: number;
}

export interface StepsQuery {
  /** A control step's path for the lists inside it, the path of one of these for its steps; absent: the flow's own steps. */
  readonly parent?: string;
  readonly status?: StepStatus;
  /** Of iterations: only those whose items have this in their JSON text. */
  readonly contains?: string;
  readonly from: number;
  readonly limit: number;
}

/** Skipped: of an iteration that was left out. */
export type StepStatus = "Running" | "Stopped" | "Skipped" | VisitStatus;

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
    /** Left out; absent: none was. */
    readonly skipped?: number;
  };
  /** What somebody changed of a foreach while it was open. */
  readonly limits?: FanLimits;
  /** Of a choice: its conditions, up to the first that held. */
  readonly evaluated?: readonly EvaluatedOption[];
  /** Of an iteration, branch or option. */
  readonly index?: number;
  readonly item?: Json;
  readonly itemValue?: ValueReference;
}

/** A condition of a choice as it was seen; without one it is what is taken when none held. */
export interface EvaluatedOption {
  readonly condition?: string;
  readonly holds: boolean;
  /** Why it could not be told: it counts as false. */
  readonly problem?: string;
  /** What its paths found, as the beginning of JSON text. */
  readonly saw: readonly (readonly [path: string, text: string])[];
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
  /** Values with more bytes of JSON are referred to; absent: events have no details. */
  readonly valueSize?: number;
}

export interface HistoryEventsPage {
  readonly events: readonly HistoryEvent[];
  readonly next?: number;
}

/** What else is told of a step's visit. */
export interface StepMore {
  /** The option that a choice took. */
  readonly option?: number;
  /** The step that it jumped to, or that its failure was caught for. */
  readonly goto?: string;
  readonly child?: { readonly flow: string; readonly execution: string };
  readonly error?: string;
}

/** A step's last visit; times in epoch milliseconds, 0 while it is not over. */
export type StepTuple = readonly [
  path: string,
  state: "Running" | "Retrying" | "Succeeded" | "Failed" | "TimedOut" | "Stopped",
  attempts: number,
  enteredAt: number,
  endedAt: number,
  more?: StepMore,
];

/** Visits of a step inside a foreach, over all iterations. */
export type BodyCounts = readonly [
  running: number,
  retrying: number,
  succeeded: number,
  failed: number,
  stopped: number,
];

export interface FanOutView {
  readonly n: number;
  /** What somebody changed of it while it was open; as RFC 3339, when. */
  readonly limits?: Omit<FanLimits, "at"> & { readonly at: string };
  /** A letter for each iteration, with how often it comes in a row, if more than once. */
  readonly states: string;
  /** By the step's path inside an iteration. */
  readonly body: Readonly<Record<string, BodyCounts>>;
}

/** An execution for whoever draws it; its size does not depend on how much its iterations carry. */
export interface ExecutionSnapshot {
  /** So many facts are in it. */
  readonly seq: number;
  readonly head: ExecutionHead;
  readonly steps: readonly StepTuple[];
  /** By path without rounds: those that are in no other foreach. */
  readonly foreach: Readonly<Record<string, FanOutView>>;
}

/** What is new since a snapshot or an earlier delta: each part takes the place of what was there. */
export interface ExecutionDelta {
  readonly type: "delta";
  readonly since: number;
  readonly seq: number;
  readonly head: Pick<
    ExecutionHead,
    "status" | "endedAt" | "error" | "cause" | "counts" | "paused" | "redrives" | "redrivenAt"
  >;
  readonly steps: readonly StepTuple[];
  /** Steps by path without rounds that are to be visited anew, with the list that they are in. */
  readonly gone: readonly string[];
  readonly foreach: Readonly<
    Record<
      string,
      Omit<FanOutView, "states"> & {
        readonly states?: string;
        readonly items?: readonly (readonly [index: number, letter: string])[];
      }
    >
  >;
}

/** What watchers of an execution are sent. */
export type LiveMessage = ExecutionDelta | { readonly type: "resync" };

export interface FailureGroup {
  /** Path of the step, without rounds and indexes of iterations: `each[]/work`. */
  readonly step: string;
  readonly error: string;
  /** The beginning of it. */
  readonly cause: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Some of the visits. */
  readonly paths: readonly string[];
  /** Of iterations, the first ones of the group. */
  readonly indexes: readonly number[];
  /** The same as [first, count] of indexes that follow each other, and of many more iterations. */
  readonly runs: readonly (readonly [first: number, count: number])[];
  readonly workers: readonly (readonly [name: string, count: number])[];
}

export interface WorkerShare {
  readonly worker: string;
  /** Reports of tasks, each attempt by itself. */
  readonly succeeded: number;
  readonly failed: number;
  /** From the time that it took a task to its report. */
  readonly medianMs?: number;
}

export interface ExecutionFailures {
  /** Steps that failed, those that are made of others left out. */
  readonly total: number;
  /** Of these, how many have an error of which there was no room to tell. */
  readonly ungrouped: number;
  readonly groups: readonly FailureGroup[];
  readonly byWorker: readonly WorkerShare[];
}

export interface TimelineQuery {
  readonly by: "step" | "worker";
  /** Epoch milliseconds; by default the whole execution, up to now while it runs. */
  readonly from?: number;
  readonly to?: number;
  /** In pixels. */
  readonly width: number;
}

export interface TimelineLane {
  /** Path of a step without rounds and indexes of iterations, or a worker's name. */
  readonly name: string;
  /** Attempts, and visits of steps that have none, in the whole execution. */
  readonly done: number;
  readonly failed: number;
  /** Nothing was done well since then: the last `count` of them failed. */
  readonly failing?: { readonly since: number; readonly count: number };
  /** A letter for each pixel, with how often it comes in a row, if more than once. */
  readonly states: string;
}

/** When what happened, drawn: its size does not depend on how much there was. */
export interface ExecutionTimeline {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly TimelineLane[];
  /** Lanes that are not shown. */
  readonly more: number;
}
