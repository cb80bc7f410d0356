import { writePath } from "../expr/jsonpath.ts";
import type { Source } from "../expr/mapping.ts";
import { given } from "../given.ts";
import type { CatchPolicy, ChoiceStep, Flow, Step, StepList, StepType, Tolerance } from "./flow.ts";

/** A flow for whoever draws it: its lists of steps, the flow's own first, each followed by those inside its steps. */
export interface FlowGraph {
  readonly lists: readonly GraphList[];
}

export interface GraphList {
  /** `""`: the flow's own; `each[]`: of a foreach; `both[0]`: a branch; `pick[1]`: an option; and so on inside these. */
  readonly path: string;
  readonly steps: readonly GraphStep[];
}

export interface GraphStep {
  readonly name: string;
  readonly type: StepType;
  /** What it calls, waits for, goes through or fails with. */
  readonly label?: string;
  /** Of a task that goes through one; a path in braces where its input chooses. */
  readonly queue?: string;
  /** The step that follows; absent: the list ends here, or the step never gets on by itself. */
  readonly next?: string;
  readonly catch?: readonly { readonly errors: readonly string[]; readonly goto: string }[];
  /** Of a choice, in the order in which they are tried; without a condition: all else. */
  readonly options?: readonly GraphOption[];
  /** Paths of the lists inside. */
  readonly lists?: readonly string[];
  /** Of a foreach: how many iterations may run at once. */
  readonly concurrency?: number;
  /** Of a foreach: how many items may fail, if any. */
  readonly tolerance?: Tolerance;
  /** How often its failures are retried, at the most. */
  readonly retries?: number;
}

export interface GraphOption {
  readonly condition?: string;
  /** Path of the list that it runs. */
  readonly list?: string;
  /** Where it jumps to. */
  readonly goto?: string;
}

export function graphOf(flow: Flow): FlowGraph {
  const lists: GraphList[] = [];
  const add = (list: StepList | undefined, path: string) => {
    if (!list) return;
    lists.push({ path, steps: list.steps.map((step) => stepOf(step, list, path)) });
    for (const step of list.steps) {
      for (const [inner, id] of innerLists(step, path)) add(flow.lists[id], inner);
    }
  };
  add(flow.lists[0], "");
  return { lists };
}

function stepOf(step: Step, list: StepList, path: string): GraphStep {
  const inner = innerLists(step, path).map(([one]) => one);
  const retries = "retry" in step ? step.retry.reduce((sum, { maxAttempts }) => sum + maxAttempts, 0) : 0;
  const catches = "catch" in step ? step.catch.map((one) => caught(one, list)) : [];
  return {
    name: step.name,
    type: step.type,
    ...given({ label: labelOf(step), next: nextOf(step, list) }),
    ...given({ queue: queueOf(step) }),
    ...(catches.length > 0 && { catch: catches }),
    ...(step.type === "choice" && { options: optionsOf(step, list, path) }),
    ...(inner.length > 0 && step.type !== "choice" && { lists: inner }),
    ...(step.type === "foreach" && {
      concurrency: step.concurrency,
      ...given({ tolerance: step.tolerance }),
    }),
    ...(retries > 0 && { retries }),
  };
}

function queueOf(step: Step): string | undefined {
  if (step.type !== "task" || step.resource.kind !== "queue") return undefined;
  const { queue } = step.resource;
  return typeof queue === "string" ? queue : `${queue.before}{${queue.path}}${queue.after}`;
}

function caught({ errors, goto }: CatchPolicy, list: StepList) {
  return { errors, goto: list.steps[goto]?.name ?? "" };
}

function optionsOf({ name, options }: ChoiceStep, list: StepList, path: string): GraphOption[] {
  return options.map(({ written, list: id, goto }, index) => ({
    ...given({ condition: written }),
    ...(id !== undefined && { list: innerPath(path, name, index) }),
    ...(goto !== undefined && { goto: list.steps[goto]?.name ?? "" }),
  }));
}

/** Paths and numbers of the lists inside a step; the iterations of a foreach are one. */
function innerLists(step: Step, path: string): (readonly [path: string, list: number])[] {
  if (step.type === "foreach") return [[innerPath(path, step.name, ""), step.body]];
  const lists =
    step.type === "choice"
      ? step.options.map(({ list }) => list)
      : step.type === "parallel"
        ? step.branches
        : [];
  return lists.flatMap((list, index) =>
    list === undefined ? [] : [[innerPath(path, step.name, index), list] as const],
  );
}

function innerPath(path: string, step: string, index: number | ""): string {
  return `${path === "" ? "" : `${path}/`}${step}[${index}]`;
}

function nextOf(step: Step, { steps }: StepList): string | undefined {
  const { type } = step;
  if (step.end || type === "succeed" || type === "fail") return undefined;
  const isLeftByJumps =
    type === "choice" &&
    step.options.at(-1)?.condition === undefined &&
    step.options.every(({ goto }) => goto !== undefined);
  return isLeftByJumps ? undefined : steps[step.position + 1]?.name;
}

function labelOf(step: Step): string | undefined {
  switch (step.type) {
    case "task":
      return step.resourceArn;
    case "wait":
      return step.duration ? `${textOf(step.duration)} s` : step.timestamp && textOf(step.timestamp);
    case "foreach":
      return textOf(step.collection);
    case "fail":
      return textOf(step.error);
    default:
      return undefined;
  }
}

function textOf(source: Source): string {
  if ("path" in source) return writePath(source.path);
  return typeof source.constant === "string" ? source.constant : JSON.stringify(source.constant);
}
