import { type Result, reject } from "../../result.ts";
import type { AgainFiring } from "../command.ts";
import type { ScheduleContext } from "../schedule-context.ts";
import { writeFiring } from "./rows.ts";

/**
 * The execution of a firing, which had ended, is to go on: its row has no end any more, and it counts as one that runs. Who
 * may not overlap is told which one is in the way.
 */
export function executionAgain(context: ScheduleContext, again: AgainFiring): Result<object> {
  const { entry, store, now } = context;
  const { at, kind, executionName, redrives, force = false, dryRun = false } = again;
  const { overlap = "allow" } = entry.spec;
  const row = entry.ledger.find(at, kind);
  if (row?.executionName !== executionName || (row.redrives ?? 0) >= redrives) return { ok: true };
  const other = entry.running.find((one) => one.executionName !== executionName);
  if (other && overlap !== "allow" && !force && kind !== "backfill") {
    const detail = `"${other.executionName}" runs, and executions of schedule "${entry.spec.name}" must not overlap`;
    return reject("OverlapRunning", detail);
  }
  if (dryRun) return { ok: true };
  const { executionStatus: _, executionEndedAt: __, error: ___, ...kept } = row;
  writeFiring(context, { ...kept, redrives });
  if (!entry.openOf(again) && entry.watchesEnds)
    entry.state.open = [...entry.state.open, { at, kind, executionName, since: now, isTaken: true }];
  store.touch(entry);
  return { ok: true };
}
