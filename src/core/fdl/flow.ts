import type { Condition } from "../expr/condition/parse.ts";
import type { Mapping, Source } from "../expr/mapping.ts";
import { assert } from "../result.ts";
import type { Resource, TaskPattern } from "./resource.ts";

/** A compiled definition: every serial list of steps has a number, list 0 is the flow's own. */
export interface Flow {
  readonly timeoutSeconds: number;
  readonly inputMappings?: readonly Mapping[];
  readonly outputMappings?: readonly Mapping[];
  readonly lists: readonly StepList[];
}

/** Steps that run one after the other: the flow's own, or the body of a control step. */
export interface StepList {
  readonly id: number;
  readonly steps: readonly Step[];
}

interface StepCommon {
  readonly name: string;
  readonly list: number;
  readonly position: number;
  readonly inputMappings?: readonly Mapping[];
  readonly outputMappings?: readonly Mapping[];
  /** After this step the list is over. */
  readonly end: boolean;
}

/** Wait before retry n: min(maxIntervalSeconds, intervalSeconds * multiplier^(n-1)) (spec: FDL section 6.2). */
export interface RetryPolicy {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maxIntervalSeconds: number;
  /** Retries, not runs. */
  readonly maxAttempts: number;
  readonly multiplier: number;
  /** By which part of it a pause may be shorter, 0 to 1. */
  readonly jitter: number;
}

export interface CatchPolicy {
  readonly errors: readonly string[];
  /** Position of the sibling to go on with. */
  readonly goto: number;
}

/** What a step does about its failure. */
export interface Handling {
  readonly retry: readonly RetryPolicy[];
  readonly catch: readonly CatchPolicy[];
  readonly errorMappings?: readonly Mapping[];
}

/** What a definition writes in place of a value that nobody may see: the value has this name, and comes after `prefix`. */
export interface Secret {
  readonly secret: string;
  readonly prefix?: string | undefined;
}

/** The secrets of a task: by parameter, then by key. */
export type Secrets = Readonly<Record<string, ReadonlyMap<string, Secret>>>;

export interface TaskStep extends StepCommon, Handling {
  readonly type: "task";
  readonly resourceArn: string;
  readonly resource: Resource;
  readonly pattern: TaskPattern;
  readonly serviceParams: Readonly<Record<string, Source>>;
  readonly secrets?: Secrets;
  readonly timeoutSeconds?: number;
  /** The longest time without a sign of life from the worker. */
  readonly heartbeatSeconds?: number;
}

export interface WaitStep extends StepCommon {
  readonly type: "wait";
  /** One of the two. */
  readonly duration?: Source;
  readonly timestamp?: Source;
}

export interface ChoiceStep extends StepCommon, Handling {
  readonly type: "choice";
  readonly options: readonly ChoiceOption[];
}

export interface ChoiceOption {
  /** Absent: the default, which stands last. */
  readonly condition?: Condition;
  /** The same as the definition has it. */
  readonly written?: string;
  /** Number of the list that runs. */
  readonly list?: number;
  /** Position of the sibling to go on with. */
  readonly goto?: number;
}

export interface ParallelStep extends StepCommon, Handling {
  readonly type: "parallel";
  /** Numbers of the lists that run side by side. */
  readonly branches: readonly number[];
}

export interface ForeachStep extends StepCommon, Handling {
  readonly type: "foreach";
  readonly collection: Source;
  readonly item: string;
  readonly index?: string;
  readonly concurrency: number;
  /** How many items may fail. */
  readonly tolerance?: Tolerance;
  /** The list that runs for each item. */
  readonly body: number;
}

/** Both bounds hold where both are given. */
export interface Tolerance {
  readonly count?: number;
  /** Of all items, rounded down. */
  readonly percentage?: number;
}

export interface PassStep extends StepCommon {
  readonly type: "pass";
}

export interface SucceedStep extends StepCommon {
  readonly type: "succeed";
}

export interface FailStep extends StepCommon {
  readonly type: "fail";
  readonly error: Source;
  readonly cause: Source;
}

export type Step =
  | TaskStep
  | WaitStep
  | ChoiceStep
  | ParallelStep
  | ForeachStep
  | PassStep
  | SucceedStep
  | FailStep;
export type StepType = Step["type"];
export type StepOf<T extends StepType> = Extract<Step, { type: T }>;

/** Names a step's type where the place says that it can be no other. */
export function stepOf<T extends StepType>(step: Step | undefined, type: T): StepOf<T> {
  assert(step && isOfType(step, type), `this is a ${type} step`);
  return step;
}

function isOfType<T extends StepType>(step: Step, type: T): step is StepOf<T> {
  return step.type === type;
}
