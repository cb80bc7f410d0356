import type { JsonObject } from "../../json.ts";
import { OPEN_FIRINGS_MAX } from "../../limits.ts";
import { SECOND_MS } from "../../time.ts";
import { type Firing, firingExecutionName } from "../schedule.ts";
import type { ScheduleContext } from "../schedule-context.ts";
import type { Open, Waiting } from "../state.ts";
import { NO_ROOM, openBytes } from "../shard-memory.ts";
import { startByOf } from "./promises.ts";
import { writeFiring, writeRefusal } from "./rows.ts";

/** Starts the execution of an instant whose time has come; its row is written and is the lock. */
export function startScheduled(context: ScheduleContext, waiting: Waiting, reason?: string): void {
  const { entry, now } = context;
  const { at, startsAt, firedBy } = waiting;
  const why = waiting.reason ?? reason;
  const { expect = {} } = entry.spec;
  const executionName = firingExecutionName(entry.spec.name, "scheduled", at);
  const latenessMs = Math.max(0, now - startsAt);
  const isLate = latenessMs > (expect.startWithinSeconds ?? Infinity) * SECOND_MS;
  const startBy = isLate ? undefined : startByOf(entry, startsAt);
  const old = entry.ledger.find(at, "scheduled");
  writeFiring(context, {
    at,
    kind: "scheduled",
    verdict: "started",
    firedBy,
    firedAt: now,
    latenessMs,
    executionName,
    ...(why !== undefined && { reason: why }),
    ...((isLate || old?.missedStart) && { missedStart: true }),
  });
  watchStart(context, {
    at,
    kind: "scheduled",
    executionName,
    since: now,
    ...(startBy !== undefined && !old?.missedStart && { startBy }),
    ...(expect.endWithinSeconds !== undefined && { endBy: startsAt + expect.endWithinSeconds * SECOND_MS }),
  });
}

/** Starts an execution that no instant of the timetable asks for. */
export function startOther(
  context: ScheduleContext,
  kind: "manual" | "backfill",
  at: number,
  firedBy: string,
  executionName: string,
  more: { readonly payload?: JsonObject; readonly backfill?: string; readonly reason?: string } = {},
): void {
  const { store, entry, now } = context;
  const { payload, backfill, reason } = more;
  const { endWithinSeconds } = entry.spec.expect ?? {};
  const firing: Firing = { at, kind, verdict: "started", firedBy, firedAt: now, executionName };
  writeFiring(context, reason === undefined ? firing : { ...firing, reason });
  watchStart(context, {
    at,
    kind,
    executionName,
    since: now,
    ...(payload !== undefined && store.keepPayload(entry, `${kind}:${at}`, payload)),
    ...(backfill !== undefined && { backfill }),
    ...(endWithinSeconds !== undefined && { endBy: now + endWithinSeconds * SECOND_MS }),
  });
}

function watchStart(context: ScheduleContext, one: Open): void {
  const { store, entry } = context;
  const { state } = entry;
  if (state.open.length >= OPEN_FIRINGS_MAX && one.backfill === undefined) {
    // The oldest is no longer watched: its end still reaches its row. A start that is under way is never let go.
    const oldest = state.open.findIndex(({ isTaken, backfill }) => isTaken && backfill === undefined);
    if (oldest < 0) {
      writeRefusal(context, one, `${OPEN_FIRINGS_MAX} starts wait for the flow already`);
      return;
    }
    state.open.splice(oldest, 1);
  }
  // What a backfill starts was taken into account when it began.
  if (one.backfill === undefined && store.memory.take(entry, openBytes(one))) {
    writeRefusal(context, one, NO_ROOM);
    return;
  }
  state.open.push(one);
  store.touch(entry);
  store.effects.add(entry.startOf(one));
}
