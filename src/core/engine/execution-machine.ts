import { loadDefinition } from "../fdl/compile.ts";
import type { Flow } from "../fdl/flow.ts";
import { given } from "../given.ts";
import { CHECKPOINT_COMMITS, CHECKPOINT_LENGTH } from "../limits.ts";
import type { EffectSource, Machine } from "../machine.ts";
import { assert } from "../result.ts";
import { SECOND_MS } from "../time.ts";
import { advance } from "./advance.ts";
import { Checkpoint } from "./kept/checkpoint.ts";
import type { ExecutionCommand, ExecutionOutcome, Start } from "./command.ts";
import { EXECUTION_EFFECT_KINDS, type ExecutionEffect } from "./state/effect.ts";
import type { Execution } from "./contract.ts";
import { type ExecutionState, type HeadRecord, newState } from "./state/execution-state.ts";
import type { ExecutionStarted, Fact, FactType } from "./state/fact.ts";
import { handle } from "./handle.ts";
import { JournalWriter } from "./kept/journal-rows.ts";
import { applyFact, frameOfFact } from "./apply-fact.ts";
import type { Phase } from "./state/phase.ts";
import { sealStart } from "./seal.ts";
import type { FrameAddress } from "./state/addresses.ts";
import { addressOf, frameAt, isRunning } from "./state/navigation.ts";
import { nextTimer, resetTimers } from "./due-timers.ts";
import { behaviours } from "./steps/behaviours.ts";
import type { ExecutionStore } from "./kept/store.ts";
import { isPending } from "./tasks.ts";
import { CommandTurn, type TurnListener } from "./turn.ts";
import { type Packed, Values } from "./state/values.ts";

/** Facts that people watch for: they go to the log once they are written. */
const NOTABLE: ReadonlySet<FactType> = new Set([
  "executionStarted",
  "taskFailed",
  "taskTimedOut",
  "taskSubmitFailed",
  "executionSucceeded",
  "executionFailed",
  "executionStopped",
  "executionTimedOut",
]);

/** A fact, and the path of the step that it is about, if it is about one. */
export interface NotableFact {
  readonly fact: Fact;
  readonly step?: string;
}

/** To be asked before the fact takes effect: the frame may be at another step afterwards. */
function notableOf(state: ExecutionState, fact: Fact, address: FrameAddress): NotableFact {
  const frame = "frame" in fact ? frameAt(state, address) : undefined;
  return { fact, ...(frame && { step: addressOf(state, frame).text }) };
}

const TIMERS_SLACK = 1000;

interface Parts {
  readonly values: Values;
  readonly checkpoint: Checkpoint;
}

interface Loaded extends Parts {
  readonly journal: JournalWriter;
  execution: Execution | undefined;
  /** Effects since the host last asked. */
  fresh: ExecutionEffect[];
  /** What a restart would have to replay. */
  tail: { commits: number; length: number };
}

/** An execution on its store: facts go to the journal with every commit, records to cells with every checkpoint. */
export class ExecutionMachine implements Machine<ExecutionCommand, ExecutionOutcome, ExecutionEffect> {
  readonly effects: EffectSource<ExecutionEffect> = {
    takeNew: () => {
      const memory = this.load();
      const taken = memory.fresh;
      memory.fresh = [];
      return taken.filter(({ id }) => memory.execution?.state.effects.has(id));
    },
    isPending: (effect) => {
      const { execution } = this.load();
      return execution !== undefined && isPending(execution.state, effect);
    },
    boundOf: ({ kind }) => EXECUTION_EFFECT_KINDS[kind].bound,
  };
  /** For reading. */
  readonly store: ExecutionStore;
  private memory: Loaded | undefined;
  private notable: NotableFact[] = [];

  constructor(store: ExecutionStore) {
    this.store = store;
  }

  /** The execution as it is, or undefined when none was started here. For reading. */
  get execution(): Execution | undefined {
    return this.load().execution;
  }

  handle(command: ExecutionCommand, now: number): ExecutionOutcome {
    const memory = this.load();
    if (command.type === "start") return this.start(memory, command, now);
    assert(memory.execution, "commands come after the start");
    return handle(memory.execution, command, now, this.listener(memory));
  }

  save(now: number): void {
    const { values, journal, checkpoint, execution, tail } = this.load();
    const { rows, lastSeq, length } = journal.write(now);
    for (const [id, text] of values.takeUnsaved()) this.store.writeValue(id, text);
    if (rows === 0 || !execution) return;
    const { state } = execution;
    // Timers of what is over stay until their time: not more of them than of what is open.
    if (state.timers.size > 2 * state.frames.size + TIMERS_SLACK) resetTimers(state);
    tail.commits++;
    tail.length += length;
    if (tail.commits < CHECKPOINT_COMMITS && tail.length < CHECKPOINT_LENGTH) return;
    for (const [id, effect] of state.effects) if (!isPending(state, effect)) state.effects.delete(id);
    checkpoint.write(state, [...state.effects.values()], lastSeq);
    tail.commits = 0;
    tail.length = 0;
  }

  discardMemory(): void {
    this.memory = undefined;
    this.notable = [];
  }

  /** Facts worth telling a person, since the last call. */
  takeNotable(): readonly NotableFact[] {
    const taken = this.notable;
    this.notable = [];
    return taken;
  }

  nextTimerAt(): number | undefined {
    const { execution } = this.load();
    if (!execution || !isRunning(execution.state)) return undefined;
    const { runnable, head } = execution.state;
    return runnable.length > 0 ? head.startedAt : nextTimer(execution.state)?.at;
  }

  wakeCommand(): ExecutionCommand {
    return { type: "wake" };
  }

  /** It runs, or something outside is still to be done because of it. */
  isBusy(): boolean {
    const { execution } = this.load();
    if (!execution) return false;
    const { state } = execution;
    return isRunning(state) || [...state.effects.values()].some((effect) => isPending(state, effect));
  }

  isOver(): boolean {
    return this.load().execution !== undefined && !this.isBusy();
  }

  /** Repeating a start is harmless: its name was reserved for it before. */
  private start(memory: Loaded, command: Start, now: number): ExecutionOutcome {
    if (memory.execution) return { ok: true };
    const { id, version, startedBy, definition, input, inputText, parent } = command;
    const fact: ExecutionStarted = {
      type: "executionStarted",
      id,
      version,
      startedBy,
      start: sealStart(memory.values, { definition, input, ...given({ inputText }) }),
      ...(parent && { parent }),
    };
    const execution = create(memory, headOf(fact, definition, now));
    memory.execution = execution;
    const turn = new CommandTurn(execution, now, this.listener(memory));
    turn.emit(fact);
    advance(turn);
    return { ok: true };
  }

  private listener(memory: Loaded): TurnListener {
    return {
      fact: (state, fact, frame) => {
        memory.journal.note(state, fact, frame);
        if (NOTABLE.has(fact.type)) this.notable.push(notableOf(state, fact, frame));
      },
      effects: (effects) => memory.fresh.push(...effects),
    };
  }

  private load(): Loaded {
    return (this.memory ??= this.read());
  }

  private read(): Loaded {
    const { store } = this;
    const values = new Values(store);
    const checkpoint = new Checkpoint(store);
    const lastSeq = store.findMark("seq", Number.MAX_SAFE_INTEGER)?.seq ?? 0;
    const journal = new JournalWriter(store, lastSeq);
    const tail = { commits: 0, length: 0 };
    const saved = checkpoint.readHead();
    const execution = saved
      ? create({ values, checkpoint }, saved.head)
      : this.unsaved({ values, checkpoint });
    if (!execution) return { values, checkpoint, journal, execution, fresh: [], tail };
    const { state } = execution;
    checkpoint.readFrames(state, values);
    for (const effect of saved?.effects ?? []) state.effects.set(effect.id, effect);
    tail.commits = this.replay(execution, (saved?.seq ?? 0) + 1);
    restore(state);
    return { values, checkpoint, journal, execution, fresh: [...state.effects.values()], tail };
  }

  /** An execution that has no checkpoint yet: its head is in its first fact. */
  private unsaved(parts: Parts): Execution | undefined {
    const row = this.store.readRow(1);
    const [fact] = row?.facts ?? [];
    if (!row || fact?.type !== "executionStarted") return undefined;
    return create(parts, headOf(fact, definitionOf(parts.values, fact.start), row.at));
  }

  private replay(execution: Execution, from: number): number {
    let seq = from;
    for (let row = this.store.readRow(seq); row; row = this.store.readRow(++seq)) {
      for (const fact of row.facts) applyFact(execution, fact, row.at, frameOfFact(execution, fact));
    }
    return seq - from;
  }
}

function create({ values, checkpoint }: Parts, head: HeadRecord): Execution {
  const flow = flowOf(definitionOf(values, head.start));
  return { state: newState(flow, head), context: { behaviours, values, reader: checkpoint } };
}

function definitionOf(values: Values, start: Packed): string {
  const { definition } = values.unpack(start);
  assert(typeof definition === "string", "an execution keeps its definition");
  return definition;
}

function headOf(
  { id, version, startedBy, start, parent }: ExecutionStarted,
  definition: string,
  startedAt: number,
): HeadRecord {
  return {
    id,
    version,
    startedBy,
    start,
    startedAt,
    deadlineAt: startedAt + flowOf(definition).timeoutSeconds * SECOND_MS,
    status: "Running",
    nextEvent: 1,
    nextFact: 1,
    openIterations: 0,
    queues: [],
    ...(parent && { startedFor: parent }),
    parents: parent ? [parent] : [],
  };
}

/** What follows from the records: timers, and frames to look at again. */
function restore(state: ExecutionState): void {
  state.runnable.length = 0;
  resetTimers(state);
  if (!isRunning(state)) return;
  for (const [path, { phase }] of state.frames) if (!WAITING.has(phase.is)) state.runnable.push(path);
}

/** Frames in these phases go on when something from outside, or their time, comes. */
const WAITING: ReadonlySet<Phase["is"]> = new Set(["task", "retry", "wait"]);

/** Many executions of one isolate run the same definition: it is compiled once. */
const compiled = new Map<string, Flow>();
const COMPILED_MAX = 200;

function flowOf(definition: string): Flow {
  const known = compiled.get(definition);
  if (known) return known;
  const flow = loadDefinition(definition);
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(definition, flow);
  return flow;
}
