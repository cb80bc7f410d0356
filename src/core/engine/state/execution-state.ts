import type { Flow, Step, StepList } from "../../fdl/flow.ts";
import { type JsonObject, isJsonObject } from "../../json.ts";
import type { ExecutionId } from "../../names.ts";
import { assert } from "../../result.ts";
import type { Behaviours, StepBehaviour } from "../contract.ts";
import type { ExecutionEffect } from "./effect.ts";
import type { TaskAttempt, TaskRef } from "./task-ref.ts";
import { type ChildExecution, WAVE_EVENTS } from "./fact.ts";
import { parseFramePath, parseStepPath, stepPath } from "./addresses.ts";
import type { ForeachPhase, IterationCounts, Phase, TaskPhase, Wave } from "./phase.ts";
import { Timers } from "./timers.ts";
import { EMPTY, type Packed, type Values } from "./values.ts";
import { VisitLog } from "./visits.ts";

export type ExecutionStatus = "Starting" | "Running" | "Succeeded" | "Failed" | "Stopped" | "TimedOut";

/** What is true of an execution as a whole. */
export interface HeadRecord {
  readonly id: ExecutionId;
  readonly version: number;
  readonly startedBy: string;
  /** `{definition, input, inputText?}`. */
  readonly start: Packed;
  readonly startedAt: number;
  readonly deadlineAt: number;
  status: ExecutionStatus;
  endedAt?: number;
  output?: Packed;
  error?: string;
  cause?: string;
  /** Number of the next visible event; dense from 1. */
  nextEvent: number;
  /** Number of the next fact. */
  nextFact: number;
  /** Iterations now running, over all foreach steps. */
  openIterations: number;
  /** Queues that were given messages of this execution. */
  queues: readonly string[];
  /** The task of another execution that it was started for. */
  readonly startedFor?: TaskRef;
  /** Tasks that wait for the end. */
  parents: readonly TaskRef[];
}

/**
 * One run of one serial list; at most one of its steps is open at a time, so this is also that step's record. The
 * iterations of a wave have none until they differ from what the wave says of them.
 */
export interface Frame {
  readonly path: string;
  readonly list: number;
  local: JsonObject;
  packedLocal: Packed;
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
}

export type VisitStatus = "Succeeded" | "Failed" | "TimedOut";

/** A closed step, by its first and last event; all else of it is read from history. */
export interface Visit {
  readonly position: number;
  readonly round: number;
  readonly status: VisitStatus;
  readonly entered: number;
  readonly ended: number;
  readonly attempts: number;
  readonly iterations?: IterationCounts;
}

/** A closed iteration, branch or option. */
export interface IterationResult {
  readonly index: number;
  readonly status: "Succeeded" | "Failed";
  /** The event before its first step, and the one after its last; of a failed one, its last. */
  readonly entered: number;
  readonly ended: number;
  readonly local: Packed;
  readonly visits: readonly Visit[];
  readonly storedVisits: number;
}

/** Reads the parts of an execution that need not be in memory. */
export interface ExecutionReader {
  /** Closed iterations of a foreach, with indexes in [from, to), in any order. */
  readResults(foreachPath: string, from: number, to: number): readonly IterationResult[];
  readVisits(framePath: string, block: number): readonly Visit[];
}

/** Memory of one execution. Only `evolve` (apply-fact.ts) changes it. */
export class Execution {
  readonly flow: Flow;
  readonly head: HeadRecord;
  readonly values: Values;
  readonly frames = new Map<string, Frame>();
  /** Frames to look at again before the turn is over. */
  readonly runnable: string[] = [];
  readonly timers = new Timers();
  readonly effects = new Map<string, ExecutionEffect>();
  /** Children that the last fact left without anybody to wait for them. */
  abandoned: (TaskAttempt & ChildExecution)[] = [];
  /** Effects since the host last asked. */
  newEffects: ExecutionEffect[] = [];
  /** Closed iterations that no stored part holds yet, by the path of their foreach. */
  readonly results = new Map<string, IterationResult[]>();
  /** Frames to write or delete at the next checkpoint. */
  readonly touched = new Set<string>();

  readonly behaviours: Behaviours;
  private readonly reader: ExecutionReader;

  constructor(parts: {
    readonly behaviours: Behaviours;
    readonly flow: Flow;
    readonly head: HeadRecord;
    readonly values: Values;
    readonly reader: ExecutionReader;
  }) {
    this.behaviours = parts.behaviours;
    this.flow = parts.flow;
    this.head = parts.head;
    this.values = parts.values;
    this.reader = parts.reader;
  }

  get isRunning(): boolean {
    return this.head.status === "Running";
  }

  get input(): JsonObject {
    const { input = null } = this.values.unpack(this.head.start);
    assert(isJsonObject(input), "an execution starts with an object");
    return input;
  }

  /** How the client wrote the input, where that is not our own writing. */
  get inputText(): string | undefined {
    const { inputText } = this.values.unpack(this.head.start);
    return typeof inputText === "string" ? inputText : undefined;
  }

  list(frame: Frame): StepList {
    const list = this.flow.lists[frame.list];
    assert(list, `list ${frame.list} exists`);
    return list;
  }

  step(frame: Frame): Step {
    const step = this.list(frame).steps[frame.position];
    assert(step, `a step is open in frame "${frame.path}"`);
    return step;
  }

  /** How the step runs that is open in a frame. */
  behaviour(frame: Frame): StepBehaviour {
    return this.behaviours(this.step(frame));
  }

  stepPath(frame: Frame): string {
    return stepPath({ frame: frame.path, step: this.step(frame).name, round: frame.round });
  }

  /** A frame for reading; iterations that are still as their wave says are made up, not stored. */
  peek(path: string): Frame | undefined {
    return this.frames.get(path) ?? this.ofWave(path)?.frame;
  }

  /** A frame for changing: from now on it has a record. */
  open(path: string): Frame {
    this.touched.add(path);
    const stored = this.frames.get(path);
    if (stored) return stored;
    const found = this.ofWave(path);
    assert(found, `frame "${path}" is open`);
    const { frame, owner, phase, wave, index } = found;
    if (wave.open.get(index) === startedEvent(wave, index)) wave.unsubmitted--;
    wave.open.delete(index);
    if (wave.open.size === 0) phase.waves.splice(phase.waves.indexOf(wave), 1);
    this.touched.add(owner.path);
    this.frames.set(path, frame);
    return frame;
  }

  /** The task that is open in a frame no longer waits for its child, if it did. */
  abandon(frame: Frame): void {
    if (frame.phase.is !== "task" || !frame.phase.child) return;
    this.abandoned.push({ ...frame.phase.child, path: this.stepPath(frame), attempt: frame.attempt });
  }

  /** The frame of the control step that owns a frame, with that step open in it. */
  ownerOf(path: string): Frame | undefined {
    const address = parseFramePath(path);
    const owner = address && parseStepPath(address.owner);
    const frame = owner && this.peek(owner.frame);
    if (!frame || frame.round !== owner.round || frame.position >= this.list(frame).steps.length)
      return undefined;
    return this.step(frame).name === owner.step ? frame : undefined;
  }

  /** Closed iterations of a foreach with indexes in [from, to), in any order. */
  resultsOf(foreachPath: string, from = 0, to = Number.POSITIVE_INFINITY): IterationResult[] {
    const unsaved = this.results.get(foreachPath) ?? [];
    return [
      ...this.reader.readResults(foreachPath, from, to),
      ...unsaved.filter(({ index }) => from <= index && index < to),
    ];
  }

  /** Closed steps of a frame, open or closed itself, in the order in which they ended. */
  visitsOf(framePath: string): VisitLog {
    const frame = this.frames.get(framePath);
    const address = parseFramePath(framePath);
    const closed =
      !frame && address ? this.resultsOf(address.owner, address.index, address.index + 1)[0] : undefined;
    const { visits, storedVisits } = frame ?? closed ?? { visits: [], storedVisits: 0 };
    return new VisitLog((block) => this.reader.readVisits(framePath, block), storedVisits, visits);
  }

  /** The wave that still speaks for an iteration. */
  private ofWave(path: string) {
    const index = parseFramePath(path)?.index;
    const owner = this.ownerOf(path);
    if (index === undefined || owner?.phase.is !== "foreach") return undefined;
    const { phase } = owner;
    const wave = waveOf(phase, index);
    const last = wave?.open.get(index);
    if (!wave || last === undefined) return undefined;
    const frame = waveFrame(path, phase.body, wave, index, last);
    return { frame, owner, phase, wave, index };
  }
}

function waveFrame(path: string, body: number, wave: Wave, index: number, last: number): Frame {
  const phase: TaskPhase = {
    is: "task",
    submitted: last !== startedEvent(wave, index),
    ...(wave.since !== undefined && { since: wave.since }),
    ...(wave.dueAt !== undefined && { dueAt: wave.dueAt }),
  };
  const began = iterationEvent(wave, index);
  return { ...newFrame(path, body, phase, began), entered: began + 1, last, attempt: 1 };
}

/** The open wave that an index was entered with. Waves are in the order of their indexes. */
export function waveOf({ waves }: ForeachPhase, index: number): Wave | undefined {
  let low = 0;
  let high = waves.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((waves[middle]?.to ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  const wave = waves[low];
  return wave && wave.from <= index ? wave : undefined;
}

export function newFrame(path: string, list: number, phase: Phase, began: number): Frame {
  return {
    path,
    list,
    local: {},
    packedLocal: EMPTY,
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
  };
}

/** The IterationEntered event of an iteration of a wave. */
export function iterationEvent(
  { firstEvent, from }: Pick<Wave, "firstEvent" | "from">,
  index: number,
): number {
  return firstEvent + (index - from) * WAVE_EVENTS;
}

/** The TaskStarted event of an iteration of a wave. */
export function startedEvent(wave: Pick<Wave, "firstEvent" | "from">, index: number): number {
  return iterationEvent(wave, index) + WAVE_EVENTS - 1;
}
