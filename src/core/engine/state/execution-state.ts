import { Budget } from "../../durable/budget.ts";
import type { ParkedRow } from "../../durable/effects.ts";
import type { Flow } from "../../fdl/flow.ts";
import type { ExecutionId } from "../../names.ts";
import type { ExecutionPause } from "../../pause.ts";
import type { FrameAddress } from "./addresses.ts";
import type { Fact } from "./fact.ts";
import type { ExecutionEffect } from "./effect.ts";
import type { ForkedFrom } from "./fork.ts";
import type { ItemCounts } from "./item-counts.ts";
import type { Lineage } from "./lineage.ts";
import type { IterationResult, Visit } from "./closed.ts";
import type { Phase } from "./phase.ts";
import type { TaskRef } from "./task-ref.ts";
import { Timers } from "./timers.ts";
import { EMPTY_TEXT, type Packed, type Values } from "./values.ts";

export type ExecutionStatus = "Starting" | "Running" | "Succeeded" | "Failed" | "Stopped" | "TimedOut";

/** What is true of an execution as a whole. */
export interface HeadRecord {
  readonly id: ExecutionId;
  /** That which it goes on with. */
  version: number;
  /** Its versions, the first one too; absent: it only had one. */
  eras?: readonly Era[];
  readonly startedBy: string;
  /** `{definition, input, inputText?}`. */
  readonly start: Packed;
  readonly startedAt: number;
  /** In a pause it comes later (engine/pause.ts). */
  deadlineAt: number;
  paused?: ExecutionPause;
  /** For so long it was paused, as far as that counts. */
  pausedMs?: number;
  status: ExecutionStatus;
  endedAt?: number;
  output?: Packed;
  error?: string;
  cause?: string;
  /** Number of the next visible event; dense from 1. */
  nextEvent: number;
  /** Number of the next fact. */
  nextFact: number;
  /** Of attempts: rows in which they lie, and their bytes. */
  logs?: { readonly rows: number; readonly bytes: number };
  /** Iterations now running, over all foreach steps. */
  openIterations: number;
  /** Of foreach steps that lie in no other one; absent: none began, or an earlier release began it (`tally.ts`). */
  items?: ItemCounts;
  /** The step whose failure goes up, or ended the execution; in an iteration or not. */
  failedStep?: FailedStep & { readonly isItem?: boolean };
  /** When the flow is told of open callbacks, or was last, and the effect that does it; absent: there were none. */
  callbacksTold?: { readonly effect: string; readonly at: number };
  /** Queues that were given messages of this execution. */
  queues: readonly string[];
  /** The task of another execution that it was started for. */
  startedFor?: TaskRef;
  /** Absent: NO_LINEAGE. */
  lineage?: Lineage;
  readonly forkedFrom?: ForkedFrom;
  /** Tasks that wait for the end, at most `WAITING_TASKS_MAX`. */
  parents: TaskRef[];
  /** How often it went on after an end; absent: never. */
  redrives?: number;
  redrivenAt?: number;
  /** Its last ExecutionRedriven event. */
  redrivenEvent?: number;
}

/** The events of an execution under one version. */
export interface Era {
  readonly fromEvent: number;
  readonly version: number;
  /** `{definition}`, and of the first era what stands in `HeadRecord.start`. */
  readonly start: Packed;
}

/** The step that an execution failed by, and who did its work, if he named himself. */
export type FailedStep = {
  readonly path: string;
  readonly worker?: string;
};

/**
 * One run of one serial list; at most one of its steps is open at a time, so this is also that step's record. The
 * iterations of a wave have none until they differ from what the wave says of them.
 */
export interface Frame {
  readonly address: FrameAddress;
  list: number;
  /** The list's local variable, packed, as its text: parsed, it could take ten times as much. `localOf` gives it in full. */
  localText: string;
  /** 1, and one more after each time that the list went back to an earlier step, or to the same. */
  round: number;
  /** Of the step that is open or comes next; the length of the list when it is over. */
  position: number;
  phase: Phase;
  /** The event before its first step: ExecutionStarted, IterationEntered. */
  readonly began: number;
  /** The open step's StepEntered event. */
  entered: number;
  /** The last event of this frame: the cause of the next one. */
  last: number;
  attempt: number;
  /** Retries used so far, by policy. */
  retries: readonly number[];
  /** Closed steps that no stored block holds yet. */
  visits: Visit[];
  /** Closed steps that stored blocks hold. */
  storedVisits: number;
  /** What was charged for it (`open-memory.ts`). */
  charged: number;
}

/** What an execution is now: data and nothing else. Only `evolve` writes it, by way of apply-fact.ts. */
export interface ExecutionState {
  /** The version that it goes on with; `flowAt` gives that of an earlier event. */
  flow: Flow;
  readonly head: HeadRecord;
  /** By the texts of their addresses. */
  readonly frames: Map<string, Frame>;
  /** Frames to look at again before the turn is over. */
  readonly runnable: string[];
  /** Of the open frames: it follows from facts alone, so whoever decides by it decides the same each time. */
  readonly memory: Budget;
  /** Fans that would begin more lists if there was room (`open-memory.ts`), the first one first, and for how many at least. */
  readonly waitingForRoom: Map<string, number>;
  /** Frames of tasks whose callers answer with a token that no queue has, by the texts of their addresses. */
  readonly callbacks: Set<string>;
  readonly timers: Timers;
  /** Those that no fact has ended yet, by their id. */
  readonly effects: Map<string, ExecutionEffect>;
  /** Which of them are parked. */
  readonly parked: Map<string, ParkedRow>;
  /** Closed iterations that no stored part holds yet, by the address of their foreach. */
  readonly results: Map<string, IterationResult[]>;
  /** Frames to write or delete at the next checkpoint. */
  readonly touched: Set<string>;
}

/** What a state refers to and need not have in memory. */
export interface Stored {
  readonly values: Values;
  readonly reader: ExecutionReader;
  readonly flows: { readonly ofStart: (values: Values, start: Packed) => Flow };
}

/** Reads the parts of an execution that need not be in memory. */
export interface ExecutionReader {
  /** Closed iterations of a foreach, with indexes in [from, to), in any order. */
  readResults(foreachPath: string, from: number, to: number): readonly IterationResult[];
  readVisits(framePath: string, block: number): readonly Visit[];
  /** The facts among which an event is told, and what is known of frames before them. */
  readFacts(event: number): ToldTogether | undefined;
}

/** Facts that were written together, from an event on; of the frames that they speak of, as these were before. */
export interface ToldTogether {
  readonly event: number;
  readonly frames: Readonly<Record<string, { readonly local: Packed }>>;
  readonly facts: readonly Fact[];
}

export function newState(flow: Flow, head: HeadRecord): ExecutionState {
  return {
    flow,
    head,
    frames: new Map(),
    runnable: [],
    memory: new Budget(),
    waitingForRoom: new Map(),
    callbacks: new Set(),
    timers: new Timers(),
    effects: new Map(),
    parked: new Map(),
    results: new Map(),
    touched: new Set(),
  };
}

export function newFrame(address: FrameAddress, list: number, phase: Phase, began: number): Frame {
  return {
    address,
    list,
    localText: EMPTY_TEXT,
    round: 1,
    position: 0,
    phase,
    began,
    entered: 0,
    last: began,
    attempt: 0,
    retries: [],
    visits: [],
    storedVisits: 0,
    charged: 0,
  };
}
