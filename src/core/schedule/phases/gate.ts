import type { ScheduleContext } from "../schedule-context.ts";
import { NO_ROOM, instantBytes } from "../shard-memory.ts";
import type { Waiting } from "../state.ts";
import { askForRunning } from "./ask.ts";
import { decideOverlap } from "./overlap.ts";
import { writeFiring } from "./rows.ts";
import { startScheduled } from "./start.ts";

/** Gives instants that wait their verdict; `isChecked` once it is known what really runs. */
export function decideWaiting(context: ScheduleContext, isChecked: boolean): void {
  const { entry, store } = context;
  const { state } = entry;
  const { overlap = "allow", bufferLimit } = entry.spec;
  if (state.waiting.length === 0 || entry.checking) return;
  if (overlap !== "allow" && !isChecked && entry.running.length > 0) {
    // The answer to a start is on its way; after a restart it may be that it ended long ago.
    const isAnswered = entry.running.every(({ isTaken }) => isTaken);
    if (isAnswered) askForRunning(context, overlap === "cancelOther");
    return;
  }
  const { waiting } = state;
  state.waiting = [];
  store.touch(entry);
  for (const [position, one] of waiting.entries()) {
    const isLast = position === waiting.length - 1;
    const inTheWay = { running: entry.running.length, buffered: state.buffer.length };
    // Of several at once each would stop the one before it.
    const decision =
      overlap === "cancelOther" && !isLast ? "skippedOverlap" : decideOverlap(overlap, inTheWay, bufferLimit);
    if (decision === "start") startScheduled(context, one);
    else if (decision === "buffered" && store.memory.take(entry, instantBytes(one)))
      holdBack(context, one, "bufferFull", NO_ROOM);
    else holdBack(context, one, decision);
  }
}

function holdBack(
  context: ScheduleContext,
  one: Waiting,
  verdict: "skippedOverlap" | "buffered" | "bufferFull",
  why?: string,
): void {
  const { entry, now } = context;
  const name = entry.running.at(-1)?.executionName;
  const reasons = {
    skippedOverlap: name === undefined ? "a newer instant was due as well" : `"${name}" was running`,
    buffered: `waits for "${name}"`,
    bufferFull: `"${name}" was running, and ${entry.state.buffer.length} waited already`,
  };
  const { at, firedBy } = one;
  writeFiring(context, {
    at,
    kind: "scheduled",
    verdict,
    firedBy,
    firedAt: now,
    reason: why ?? reasons[verdict],
  });
  if (verdict === "buffered") entry.state.buffer.push(one);
}

/** Starts what waited, once nothing runs any more. */
export function drainBuffer(context: ScheduleContext): void {
  const { entry } = context;
  const { overlap = "allow" } = entry.spec;
  const free = overlap === "allow" ? entry.state.buffer.length : Number(entry.running.length === 0);
  for (const next of entry.state.buffer.splice(0, free)) {
    startScheduled(context, next, "waited for an execution to end");
  }
}
