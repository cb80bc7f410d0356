import type { Step } from "../fdl/flow.ts";
import type { JsonObject } from "../json.ts";
import type { Execution, Frame } from "./state/execution-state.ts";
import type { Failure } from "./state/phase.ts";
import type { Fact, FactType } from "./state/fact.ts";
import type { Turn } from "./turn.ts";

/** How a step type runs. One file each; the table of them is behaviours.ts. */
export interface StepBehaviour<S extends Step = Step> {
  /** Follows StepEntered and StepStarted at once. */
  enter(turn: Turn, frame: Frame, step: S): void;
  /** Looks again at an open step: a child ended, or its work was cut into turns. */
  continueStep(turn: Turn, frame: Frame, step: S): void;
  /** A list inside the step came to its end. */
  childEnded(turn: Turn, frame: Frame, child: Frame): void;
  childFailed(turn: Turn, frame: Frame, child: Frame, failure: Failure): void;
  /** What the lists inside the step are called; absent: there are none. */
  readonly childKind?: ChildKind;
  /** Which list runs as the step's child of this index. */
  childList(step: S, index: number): number | undefined;
  /** The input of a list inside the step. */
  childInput(execution: Execution, frame: Frame, childPath: string): JsonObject;
  /** Given when iterations that begin with such a step can be entered together, as a wave. */
  waveDueAt?(step: S, now: number): { dueAt?: number } | undefined;
  /** What the step adds to the context object. */
  context?(token: string): JsonObject;
  /** What the step's output is when it has no outputMappings (spec: FDL section 3.1, rule 6). */
  readonly defaultOutput: "local" | "empty";
  /** What a retry repeats: one attempt inside the step's visit, or the whole visit. */
  readonly retriedBy: "attempt" | "visit";
}

export type ChildKind = "iteration" | "branch" | "option";

const impossible = (): never => {
  throw new Error("Broken invariant: only control steps have children");
};

/** The behaviour of each step type; the table is behaviours.ts. */
export type Behaviours = (step: Step) => StepBehaviour;

/** The part of a behaviour that a step without inner lists does not have. */
export const NO_CHILDREN = {
  continueStep: () => {},
  childEnded: impossible,
  childFailed: impossible,
  childList: () => undefined,
  childInput: impossible,
  defaultOutput: "local",
  retriedBy: "visit",
} as const satisfies Partial<StepBehaviour>;

/** What one kind of fact does to the memory. `at` is the commit's time, `event` the fact's first visible event. */
export type Evolve<F extends Fact = Fact> = (
  execution: Execution,
  fact: F,
  when: { readonly at: number; readonly event: number; readonly fact: number },
) => void;

export type EvolveTable<T extends FactType> = {
  readonly [K in T]: Evolve<Extract<Fact, { type: K }>>;
};
