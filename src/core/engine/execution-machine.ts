import type { SharedCache } from "../durable/shared-cache.ts";
import { Journal } from "../durable/journal.ts";
import { readable } from "../unreadable.ts";
import { given } from "../given.ts";
import { CHECKPOINT_COMMITS, CHECKPOINT_LENGTH } from "../limits.ts";
import type { EffectSource, Machine } from "../machine.ts";
import { assert } from "../result.ts";
import type { ExecutionCommand, ExecutionOutcome, Start } from "./command.ts";
import type { CompiledFlows } from "./compiled-flows.ts";
import type { Execution } from "./contract.ts";
import { nextTimer, resetTimers } from "./due-timers.ts";
import { ExecutionMemory, type Happened } from "./execution-memory.ts";
import { Logs } from "./logs.ts";
import { begin, handle } from "./handle.ts";
import { Checkpoint } from "./kept/checkpoint.ts";
import { KeptExecution } from "./kept/kept-execution.ts";
import type { ExecutionStore } from "./kept/store.ts";
import { sealBeginning, sealStart } from "./seal.ts";
import { type FrameAddress, ROOT } from "./state/addresses.ts";
import { EXECUTION_EFFECT_KINDS, type ExecutionEffect } from "./state/effect.ts";
import type { ExecutionState } from "./state/execution-state.ts";
import type { Fact, FactType } from "./state/fact.ts";
import { addressOf, frameAt, isRunning } from "./state/navigation.ts";
import { Values } from "./state/values.ts";
import { behaviours } from "./steps/behaviours.ts";
import { isPending } from "./tasks.ts";
import type { Recording } from "./turn.ts";

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
  "executionRedriven",
]);

/** A fact, and the path of the step that it is about, if it is about one. */
export interface NotableFact {
  readonly fact: Fact;
  readonly step?: string;
}

/** To be asked before the fact takes effect: the frame may be at another step afterwards. */
function notableOf(state: ExecutionState | undefined, fact: Fact, address: FrameAddress): NotableFact {
  const frame = state && "frame" in fact ? frameAt(state, address) : undefined;
  if (!state || !frame) return { fact };
  return { fact, step: addressOf(state, frame).text };
}

const TIMERS_SLACK = 1000;
const TAIL = { commits: CHECKPOINT_COMMITS, length: CHECKPOINT_LENGTH };

/** What executions of one isolate have in common. */
interface Shared {
  readonly cache: SharedCache;
  readonly flows: CompiledFlows;
}

interface Loaded {
  readonly memory: ExecutionMemory;
  readonly kept: KeptExecution;
  readonly values: Values;
  readonly journal: Journal<Happened, ExecutionState>;
}

/** An execution on its store: facts go to the journal with every commit, records to cells with every checkpoint. */
export class ExecutionMachine implements Machine<ExecutionCommand, ExecutionOutcome, ExecutionEffect> {
  readonly effects: EffectSource<ExecutionEffect> = {
    takeNew: () => this.load().memory.takeNewEffects(),
    isPending: (effect) => {
      const { execution } = this;
      return execution !== undefined && isPending(execution.state, effect);
    },
    boundOf: ({ kind }) => EXECUTION_EFFECT_KINDS[kind].bound,
    parked: () => [...(this.execution?.state.parked.values() ?? [])],
    parkedOf: ({ id }) => this.execution?.state.parked.get(id),
  };
  /** For reading. */
  readonly store: ExecutionStore;
  private readonly shared: Shared;
  private loaded: Loaded | undefined;
  private notable: NotableFact[] = [];

  constructor(store: ExecutionStore, shared: Shared) {
    this.store = store;
    this.shared = shared;
  }

  /** The execution as it is, or undefined when none was started here. For reading. */
  get execution(): Execution | undefined {
    return this.load().memory.execution;
  }

  handle(command: ExecutionCommand, now: number): ExecutionOutcome {
    if (command.type === "start") return this.start(command, now);
    const { execution } = this;
    assert(execution, "commands come after the start");
    return handle(execution, command, now, this.recording(now));
  }

  save(now: number): void {
    const { journal } = this.load();
    const state = this.execution?.state;
    // Timers of what is over stay until their time: not more of them than of what is open.
    if (state && state.timers.size > 2 * state.frames.size + TIMERS_SLACK) resetTimers(state);
    if (state) this.execution?.context.logs.save(this.store, state.head.logs?.rows ?? 0);
    journal.save(now);
  }

  discardMemory(): void {
    this.loaded = undefined;
    this.notable = [];
  }

  /** Facts worth telling a person, since the last call. */
  takeNotable(): readonly NotableFact[] {
    const taken = this.notable;
    this.notable = [];
    return taken;
  }

  nextTimerAt(): number | undefined {
    const { execution } = this;
    if (!execution || !isRunning(execution.state)) return undefined;
    const { runnable, head } = execution.state;
    return runnable.length > 0 && !head.paused ? head.startedAt : nextTimer(execution.state)?.at;
  }

  wakeCommand(): ExecutionCommand {
    return { type: "wake" };
  }

  /** It runs, or something outside is still to be done because of it: what is parked keeps nobody waiting. */
  isBusy(): boolean {
    const { execution } = this;
    return execution !== undefined && this.hasMore(({ id }) => !execution.state.parked.has(id));
  }

  isOver(): boolean {
    return this.execution !== undefined && !this.hasMore(() => true);
  }

  private hasMore(isMeant: (effect: ExecutionEffect) => boolean): boolean {
    const { execution } = this;
    if (!execution) return false;
    const { state } = execution;
    const { effects } = state;
    return isRunning(state) || [...effects.values()].some((one) => isMeant(one) && isPending(state, one));
  }

  /** Repeating a start is harmless: its name was reserved for it before. */
  private start(command: Start, now: number): ExecutionOutcome {
    if (this.execution) return { ok: true };
    const { id, version, startedBy, definition, input, inputText, parent, lineage, forkedFrom } = command;
    const { values } = this.load();
    const start = sealStart(values, { definition, input, ...given({ inputText }) });
    const record = this.recording(now);
    const optional = given({ parent, lineage, begin: sealBeginning(values, command.begin), forkedFrom });
    record({ type: "executionStarted", id, version, startedBy, start, ...optional }, ROOT);
    const { execution } = this;
    assert(execution, "an execution begins with its first fact");
    begin(execution, now, record, command.over);
    return { ok: true };
  }

  private recording(now: number): Recording {
    const { memory, kept, journal } = this.load();
    return (fact, frame) => {
      const state = memory.execution?.state;
      kept.note(state, fact, frame);
      if (NOTABLE.has(fact.type)) this.notable.push(notableOf(state, fact, frame));
      journal.emit({ fact, frame }, now);
    };
  }

  private load(): Loaded {
    return (this.loaded ??= readable("the execution", () => this.read()));
  }

  private read(): Loaded {
    const { cache, flows } = this.shared;
    const values = new Values(this.store, cache);
    const checkpoint = new Checkpoint(this.store);
    const context = { behaviours, flows, values, reader: checkpoint, logs: new Logs() };
    const memory = new ExecutionMemory(context);
    const kept = new KeptExecution(this.store, context, checkpoint);
    const journal = new Journal(memory, kept, TAIL);
    memory.derive();
    return { memory, kept, values, journal };
  }
}
