import { type Step, type StepType, stepOf } from "./flow.ts";

/** What the lists inside a control step are called. */
export type InnerKind = "iteration" | "branch" | "option";

interface InnerLists {
  readonly kind: InnerKind;
  /** The number of the list that runs as the step's child of this index. */
  readonly list: (step: Step, index: number) => number | undefined;
  readonly all: (step: Step) => readonly number[];
}

/** The step types that have lists inside. */
const INNER: { readonly [T in StepType]?: InnerLists } = {
  choice: {
    kind: "option",
    list: (step, index) => stepOf(step, "choice").options[index]?.list,
    all: (step) => stepOf(step, "choice").options.flatMap(({ list }) => list ?? []),
  },
  parallel: {
    kind: "branch",
    list: (step, index) => stepOf(step, "parallel").branches[index],
    all: (step) => stepOf(step, "parallel").branches,
  },
  foreach: {
    kind: "iteration",
    list: (step) => stepOf(step, "foreach").body,
    all: (step) => [stepOf(step, "foreach").body],
  },
};

/** Which list runs as a step's child of this index: the flow's graph says so, whatever state an execution is in. */
export function innerList(step: Step, index: number): number | undefined {
  return INNER[step.type]?.list(step, index);
}

/** The numbers of all of them. */
export function innerLists(step: Step): readonly number[] {
  return INNER[step.type]?.all(step) ?? [];
}

/** Absent: the step has no lists inside. */
export function innerKind({ type }: Step): InnerKind | undefined {
  return INNER[type]?.kind;
}
