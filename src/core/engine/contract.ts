import type { Step } from "../fdl/flow.ts";
import type { Json, JsonObject } from "../json.ts";
import type { CompiledFlows } from "./compiled-flows.ts";
import type { Logs } from "./logs.ts";
import type { FrameAddress } from "./state/addresses.ts";
import type { Draft } from "./state/draft.ts";
import type { ExecutionState, Frame, Stored } from "./state/execution-state.ts";
import type { AwaitedChild, FactOf, FactType } from "./state/fact.ts";
import type { Failure } from "./state/phase.ts";

/** An execution as those see it who decide: its state, and what that is read with. */
export interface Execution {
  readonly state: ExecutionState;
  readonly context: Context;
}

export interface Context extends Stored {
  readonly flows: CompiledFlows;
  readonly behaviours: Behaviours;
  readonly logs: Logs;
}

/** One command's work on an execution: what is emitted takes effect at once. */
export interface Turn extends Execution {
  readonly now: number;
  /** False once the turn has done its share: what is left goes on in the next one. */
  readonly hasBudget: boolean;
  emit(draft: Draft): void;
  /** Whether a value may be carried on; if not, the execution fails. */
  fits(value: Json, what: string): boolean;
  /** Ends the execution past every catch, as a broken limit does (spec: FDL section 6.1). */
  fail(error: string, cause: string): void;
}

/** How a step type runs. One file each; the table of them is steps/behaviours.ts. */
export interface StepBehaviour<S extends Step = Step> {
  /** Follows StepEntered and StepStarted at once. */
  enter(turn: Turn, frame: Frame, step: S): void;
  /** Looks again at an open step: a child ended, or its work was cut into turns. */
  continueStep(turn: Turn, frame: Frame, step: S): void;
  /** A list inside the step came to its end. */
  childEnded(turn: Turn, frame: Frame, child: Frame): void;
  childFailed(turn: Turn, frame: Frame, child: Frame, failure: Failure): void;
  /** Whether it goes on without the result of a list inside it that fails now. */
  tolerates?(frame: Frame, step: S): boolean;
  /** The input of a list inside the step. */
  childInput(execution: Execution, frame: Frame, index: number): JsonObject;
  /** Given when iterations that begin with such a step can be entered together, as a wave. */
  waveDueAt?(step: S, now: number): { dueAt?: number } | undefined;
  /** What the step adds to the context object. */
  context?(token: string): JsonObject;
  /** What the step's output is when it has no outputMappings (spec: FDL section 3.1, rule 6). */
  readonly defaultOutput: "local" | "empty";
  /**
   * What becomes of the step's input: lists inside the step are given it, or it is sent outside, where it is measured
   * with each attempt; else only the step's own paths read it.
   */
  readonly inputIs: "handedOn" | "sent" | "read";
  /** What a retry repeats: one attempt inside the step's visit, or the whole visit. */
  readonly retriedBy: "attempt" | "visit";
}

/** The behaviour of each step type; the table is steps/behaviours.ts. */
export type Behaviours = (step: Step) => StepBehaviour;

const impossible = (): never => {
  throw new Error("Broken invariant: only control steps have children");
};

/** The part of a behaviour that a step without inner lists does not have. */
export const NO_CHILDREN = {
  continueStep: () => {},
  childEnded: impossible,
  childFailed: impossible,
  childInput: impossible,
  defaultOutput: "local",
  inputIs: "read",
  retriedBy: "visit",
} as const satisfies Partial<StepBehaviour>;

/**
 * What a fact leaves behind besides the state that it makes: children that nobody waits for any more, and queues that
 * inputs chose, where messages may lie that nobody needs to work on.
 */
export interface LeftBehind {
  readonly children: readonly AwaitedChild[];
  readonly queues: readonly string[];
}

export const NOTHING_LEFT: LeftBehind = { children: [], queues: [] };

/**
 * When and where a fact takes effect: the commit's time, the fact's first visible event, and its frame (the flow's own
 * of a fact that concerns none).
 */
export interface Moment {
  readonly at: number;
  readonly event: number;
  readonly frame: FrameAddress;
}

/** What one kind of fact does to the state. */
export type Evolve<T extends FactType> = (
  execution: Execution,
  fact: FactOf<T>,
  moment: Moment,
) => LeftBehind | undefined;

export type EvolveTable<T extends FactType> = { readonly [K in T]: Evolve<K> };
