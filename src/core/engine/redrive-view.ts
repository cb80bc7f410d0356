import type { ExecutionStatus } from "./state/execution-state.ts";

/** What a redrive would do, or does: shown before it is asked for. */
export interface RedrivePlan {
  /** Paths of steps that run again, the first of them. */
  readonly again: readonly string[];
  readonly counts: {
    /** Attempts that are made at once. */
    readonly tasks: number;
    /** Items of foreach steps (in no other one) that have not succeeded, begun or not; and those that have. */
    readonly iterations: number;
    readonly kept: number;
    /** Waits and pauses before retries, which keep their ends. */
    readonly waiting: number;
  };
  /** Steps of the flow's own list that stand behind. */
  readonly then: readonly string[];
  /** Executions that tasks waited for, and that go on with them. */
  readonly children: readonly { readonly flow: string; readonly name: string }[];
  readonly warnings: readonly string[];
}

/** With the end that the execution goes on after, in case its flow was not told yet. */
export interface PlannedRedrive {
  readonly plan: RedrivePlan;
  readonly end: {
    readonly status: ExecutionStatus;
    readonly endedAt: number;
    readonly error?: string;
    readonly cause?: string;
    readonly redrives?: number;
  };
}
