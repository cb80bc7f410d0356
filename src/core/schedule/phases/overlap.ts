import { BUFFER_LIMIT_DEFAULT } from "../../limits.ts";
import type { OverlapPolicy } from "../schedule.ts";

export type OverlapDecision = "start" | "skippedOverlap" | "buffered" | "bufferFull";

/** What stands in an instant's way, as it really is. */
export interface InTheWay {
  readonly running: number;
  readonly buffered: number;
}

/**
 * What becomes of an instant while executions of its schedule run (spec: schedules, "overlap"). `cancelOther` has them
 * stopped before it asks, so whatever runs then was started for a newer instant.
 */
export function decideOverlap(
  policy: OverlapPolicy,
  { running, buffered }: InTheWay,
  bufferLimit = BUFFER_LIMIT_DEFAULT,
): OverlapDecision {
  if (policy === "allow" || (running === 0 && buffered === 0)) return "start";
  const room = { skip: 0, cancelOther: 0, bufferOne: 1, bufferAll: bufferLimit }[policy];
  if (room === 0) return "skippedOverlap";
  return buffered < room ? "buffered" : "bufferFull";
}
