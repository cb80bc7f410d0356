import { given } from "../given.ts";
import type { PassedReport, TaskRefusal, TaskVerdict } from "../task-reports.ts";
import type { Reported, ReportedTask, Work } from "./command.ts";
import { parseReceipt } from "./message.ts";

/**
 * What is left to do for a worker's reports once they have their verdicts: messages to delete, and what those who look
 * at workers see. A message whose report was refused because the task is over goes, too.
 */
export function afterVerdicts(
  reports: readonly PassedReport[],
  verdicts: readonly TaskVerdict[],
): Pick<Work, "removeDone" | "reported"> {
  const removeDone = reports.flatMap(({ receipt }, position) =>
    receipt !== undefined && isOver(verdicts[position]) ? [receipt] : [],
  );
  return { removeDone, reported: reportedBy(reports.filter((_, position) => verdicts[position]?.ok)) };
}

/** What was accepted of a worker's reports. */
function reportedBy(accepted: readonly PassedReport[]): Reported {
  const failed = accepted.filter(({ report }) => report.type === "reportFailed").length;
  return { done: accepted.length - failed, failed, tasks: accepted.map(reportedTask) };
}

function reportedTask({ execution, report, receipt }: PassedReport): ReportedTask {
  const { path, attempt } = report;
  const takenAt = parseReceipt(receipt ?? "")?.work?.takenAt;
  const error = report.type === "reportFailed" ? report.error : undefined;
  return { execution, path, attempt, ...given({ takenAt: takenAt === 0 ? undefined : takenAt, error }) };
}

function isOver(verdict: TaskVerdict | undefined): boolean {
  return verdict !== undefined && (verdict.ok || OVER.has(verdict.code));
}

/** The answers that say: there is nothing more to do for this task. */
const OVER: ReadonlySet<string> = new Set<TaskRefusal>([
  "TaskAlreadyCompleted",
  "TaskSuperseded",
  "TaskTimedOut",
  "ExecutionEnded",
]);
