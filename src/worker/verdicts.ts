/** What becomes of reports that the service has read. */
import type { Outbox, Unsent } from "./outbox.ts";
import type { VerdictOnWire } from "./wire.ts";

export interface Listener {
  /** It has its verdict; refused ones are told with why. */
  settled(unsent: Unsent, refusal?: { readonly code: string; readonly detail: string }): void;
  /** It can never be told. */
  dropped(unsent: Unsent, refusal: { readonly code: string; readonly detail: string }): void;
  /** The service has no time for it now. */
  postponed(): void;
}

/** What beats and stops say of a task that somebody else has, or that nobody needs any more. */
export const OVER: ReadonlySet<string> = new Set([
  "TaskOver",
  "LeaseExpired",
  "MessageNotExist",
  "MessageWithdrawn",
]);
const LATER: ReadonlySet<string> = new Set(["Overloaded", "InternalError"]);

/** A list of another length than was asked for tells nothing: all of it is sent again. */
export function tellVerdicts(
  outbox: Outbox,
  reports: readonly Unsent[],
  verdicts: readonly VerdictOnWire[],
  listener: Listener,
): void {
  if (verdicts.length !== reports.length) {
    if (reports.length > 0) listener.postponed();
    return;
  }
  for (const [position, unsent] of reports.entries()) {
    const verdict = verdicts[position];
    if (verdict) tellVerdict(outbox, unsent, verdict, listener);
  }
}

function tellVerdict(outbox: Outbox, unsent: Unsent, verdict: VerdictOnWire, listener: Listener): void {
  if (!verdict.ok && LATER.has(verdict.code)) {
    outbox.postpone(unsent);
    listener.postponed();
    return;
  }
  outbox.settle(unsent);
  if (verdict.ok) listener.settled(unsent);
  else refuse(outbox, unsent, verdict, listener);
}

function refuse(
  outbox: Outbox,
  unsent: Unsent,
  verdict: VerdictOnWire & { readonly ok: false },
  listener: Listener,
): void {
  const { code, detail } = verdict;
  const { log, ...withoutLog } = unsent.report;
  if (code === "InvalidRequest" && log !== undefined) {
    // An older service knows no logs. If it is something else, that is told of the report without it.
    outbox.learnsNoLogs(verdict);
    outbox.addReport(withoutLog, unsent.finishedAt, unsent.held);
  } else if (code === "InvalidToken") listener.dropped(unsent, { code, detail });
  else if (code !== "InvalidOutput" && code !== "InvalidRequest") listener.settled(unsent, { code, detail });
  else if (unsent.isReplaced) listener.dropped(unsent, { code, detail });
  else {
    const error = code === "InvalidOutput" ? "Worker.BadOutput" : "Worker.ReportRefused";
    const { token, receipt } = unsent.report;
    const report = { token, ...(receipt !== undefined && { receipt }), error, cause: detail.slice(0, 1000) };
    outbox.addReport(report, unsent.finishedAt, unsent.held, true);
  }
}
