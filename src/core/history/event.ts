import type { Json } from "../json.ts";

/** The visible events of the language (spec: FDL section 8). */
export const EVENT_TYPES = [
  "StepEntered",
  "StepStarted",
  "StepSucceeded",
  "StepFailed",
  "StepExited",
  "BranchEntered",
  "BranchExited",
  "IterationEntered",
  "IterationExited",
  "TaskScheduled",
  "TaskStarted",
  "TaskSubmitted",
  "TaskSubmitFailed",
  "TaskSucceeded",
  "TaskFailed",
  "TaskTimedOut",
  "ExecutionStarted",
  "ExecutionPaused",
  "ExecutionResumed",
  "ExecutionStopped",
  "ExecutionSucceeded",
  "ExecutionFailed",
  "ExecutionTimedOut",
  "ExecutionRedriven",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export interface HistoryEvent {
  /** Dense from 1. */
  readonly eventId: number;
  /** The event that caused this one; 0 for the first. */
  readonly scheduleEventId: number;
  readonly type: EventType;
  /** Empty for the events of the execution itself. */
  readonly stepName: string;
  readonly stepPath: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly detail: Readonly<Record<string, Json>>;
  /** Of a report: whose work it was, if he named himself, and when he took it. */
  readonly worker?: string;
  readonly takenAt?: number;
}
