import type { Held } from "./held.ts";
import type { Log } from "./log.ts";
import type { Outbox } from "./outbox.ts";
import { type Doer, type Job, type Result, subjectOf } from "./task.ts";
import type { ReportOnWire } from "./wire.ts";

export interface Totals {
  done: number;
  failed: number;
  stopped: number;
}

interface Told {
  readonly log: Log;
  readonly totals: Totals;
}

/** A defect of a handler or of ours fails its own task alone. */
export async function resultOf(doer: Doer, job: Job): Promise<Result> {
  try {
    return await doer.do(job);
  } catch (error) {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: "failure", error: "Worker.Defect", cause };
  }
}

/** What the service is told of a result. True when it has a verdict to wait for. */
export function tellResult(outbox: Outbox, held: Held, result: Result, told: Told): boolean {
  const { job, receipt } = held;
  const now = performance.now();
  const subject = { ...subjectOf(job), ms: Math.round(now - held.takenAt) };
  const { log, totals } = told;
  switch (result.kind) {
    case "silence":
      totals.stopped++;
      log("info", "stopped", { ...subject, code: held.overCode ?? "AttemptOver" });
      return false;
    case "giveBack":
      totals.stopped++;
      log("info", "gaveBack", subject);
      outbox.release(receipt, result.delaySeconds);
      return false;
    case "bury":
      totals.failed++;
      log("error", "buried", { ...subject, detail: result.reason });
      outbox.bury(receipt, result.reason);
      return false;
    case "success":
      totals.done++;
      log("info", "done", subject);
      break;
    case "failure":
      totals.failed++;
      log("warn", "failed", { ...subject, error: result.error, detail: lastLine(result.cause) });
      break;
  }
  if (job.task) outbox.addReport(reportOf(job.task.token, receipt, result), now, held);
  // A message that is no task: done, or another try, which its queue counts.
  else if (result.kind === "success") outbox.remove(receipt);
  else outbox.release(receipt, 0);
  return job.task !== undefined;
}

function reportOf(
  token: string,
  receipt: string,
  result: Extract<Result, { kind: "success" | "failure" }>,
): ReportOnWire {
  const log = result.log === undefined ? {} : { log: result.log };
  return result.kind === "success"
    ? { token, receipt, output: result.output, ...log }
    : { token, receipt, error: result.error, cause: result.cause, ...log };
}

function lastLine(text: string): string {
  return text
    .trimEnd()
    .slice(text.trimEnd().lastIndexOf("\n") + 1)
    .slice(0, 200);
}
