import type { Journaled } from "../durable/journal.ts";
import { SECOND_MS } from "../time.ts";
import { applyFact, frameOfFact } from "./apply-fact.ts";
import type { Context, Execution } from "./contract.ts";
import { restore } from "./due-timers.ts";
import type { FrameAddress } from "./state/addresses.ts";
import type { ExecutionEffect } from "./state/effect.ts";
import { type ExecutionState, type HeadRecord, newState } from "./state/execution-state.ts";
import type { ExecutionStarted, Fact } from "./state/fact.ts";
import { isPending } from "./tasks.ts";

/** A fact, and where it takes effect; that is looked up when it comes from the journal. */
export interface Happened {
  readonly fact: Fact;
  readonly frame?: FrameAddress;
}

/** What the journal of an execution keeps. Before its first fact there is no execution. */
export class ExecutionMemory implements Journaled<Happened, ExecutionState> {
  private readonly context: Context;
  private found: Execution | undefined;
  /** Effects since somebody last asked. */
  private fresh: ExecutionEffect[] = [];

  constructor(context: Context) {
    this.context = context;
  }

  get execution(): Execution | undefined {
    return this.found;
  }

  apply({ fact, frame }: Happened, at: number): void {
    const execution = (this.found ??= this.started(fact, at));
    this.fresh.push(...applyFact(execution, fact, at, frame ?? frameOfFact(execution, fact)));
  }

  /** Effects that are over leave it with a snapshot: nobody else takes them out. */
  snapshot(): ExecutionState {
    const { state } = this.begun();
    for (const [id, effect] of state.effects) if (!isPending(state, effect)) state.effects.delete(id);
    for (const id of state.parked.keys()) if (!state.effects.has(id)) state.parked.delete(id);
    return state;
  }

  restore(state: ExecutionState): void {
    this.found = { state, context: this.context };
  }

  /** What follows from the records once all are there: timers, frames to look at again, effects to try again. */
  derive(): void {
    if (!this.found) return;
    const { state } = this.found;
    this.fresh = [...state.effects.values()];
    restore(state);
  }

  takeNewEffects(): readonly ExecutionEffect[] {
    const taken = this.fresh;
    this.fresh = [];
    return taken.filter(({ id }) => this.found?.state.effects.has(id));
  }

  private begun(): Execution {
    if (!this.found) throw new Error("Broken invariant: an execution begins with its first fact");
    return this.found;
  }

  private started(fact: Fact, at: number): Execution {
    if (fact.type !== "executionStarted")
      throw new Error("Broken invariant: the first fact starts the execution");
    const { context } = this;
    const flow = context.flows.ofStart(context.values, fact.start);
    return { state: newState(flow, headOf(fact, at, flow.timeoutSeconds)), context };
  }
}

function headOf(
  { id, version, startedBy, start, parent, lineage, forkedFrom }: ExecutionStarted,
  startedAt: number,
  timeoutSeconds: number,
): HeadRecord {
  return {
    id,
    version,
    startedBy,
    start,
    startedAt,
    deadlineAt: startedAt + timeoutSeconds * SECOND_MS,
    status: "Running",
    nextEvent: 1,
    nextFact: 1,
    openIterations: 0,
    queues: [],
    ...(parent && { startedFor: parent }),
    parents: parent ? [parent] : [],
    ...(lineage && { lineage }),
    ...(forkedFrom && { forkedFrom }),
  };
}
