import type { ExecutionOutcome, ReportFailed, ReportRefusal, ReportSucceeded } from "./engine/command.ts";

/** What a worker tells of its task's end, as it goes to the execution. */
export type TaskReport = ReportSucceeded | ReportFailed;
export type TaskVerdict = ExecutionOutcome;
export type TaskRefusal = ReportRefusal;

/** A report that a queue passes on to its execution. */
export interface PassedReport {
  /** Name of the execution's object. */
  readonly execution: string;
  readonly report: TaskReport;
  /** Of the task's message, which goes when the task is over. */
  readonly receipt?: string;
}
