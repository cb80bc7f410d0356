import type { Firing } from "../api/types.ts";
import type { State } from "./states.ts";

/** What became of a firing, in one word. */
export function verdictOf(firing: Firing): State {
  const { verdict, executionStatus, missedStart = false, missedEnd = false, firedBy } = firing;
  if (MISSED.has(verdict)) return "missed";
  if (verdict === "paused") return "paused";
  if (verdict === "excluded" || verdict === "skipped") return "skipped";
  if (verdict === "buffered") return "line";
  if (executionStatus === "Failed") return "failed";
  if (executionStatus === "TimedOut") return "timedOut";
  if (executionStatus === "Stopped") return "stopped";
  if (missedStart || missedEnd || firedBy === "catchUp") return "late";
  return executionStatus === "Succeeded" ? "succeeded" : "running";
}

const MISSED: ReadonlySet<string> = new Set(["expired", "skippedOverlap", "bufferFull", "failedToStart"]);
