import type * as z from "zod";
import type * as common from "../../http/contract/executions.ts";
import type * as flows from "../../http/contract/flows.ts";
import type { problem } from "../../http/contract/problem.ts";

/** What calls answer: the contract's own shapes, so that a change there does not compile here. */
export type ExecutionSummary = z.output<typeof common.executionSummary>;
export type ExecutionHead = z.output<typeof common.executionHead>;
export type StepView = z.output<typeof common.step>;
export type HistoryEvent = z.output<typeof common.historyEvent>;
export type ValueReference = z.output<typeof common.valueReference>;
export type WaitingFor = NonNullable<ExecutionHead["waitingFor"]>[number];
export type FlowWithDefinition = z.output<typeof flows.flowWithDefinition>;
export type Problem = z.output<typeof problem>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string | undefined;
}
