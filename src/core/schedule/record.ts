import type { JsonObject } from "../json.ts";
import { OPEN_FIRINGS_MAX } from "../limits.ts";
import { SECOND_MS } from "../time.ts";
import type { Entry, Open, Waiting } from "./entry.ts";
import { isBroken, noticesOf } from "./notice.ts";
import { type Firing, type FiringKind, firingExecutionName } from "./schedule.ts";
import { type ScheduleStore, startOf } from "./store.ts";

/** One command's work on one schedule. */
export interface Turn {
  readonly store: ScheduleStore;
  readonly entry: Entry;
  readonly now: number;
}

/** Writes a firing's row, and tells the webhook what it asked for, unless it would be told too much. */
export function record({ store, entry, now }: Turn, wanted: Firing, isTold = true): void {
  const { spec, ledger } = entry;
  const old = ledger.find(wanted.at, wanted.kind);
  const isLate = spec.expect?.startWithinSeconds !== undefined && isBroken(wanted);
  const firing = isLate ? { ...wanted, missedStart: true } : wanted;
  ledger.set(firing, now);
  store.touch(entry);
  store.rows++;
  if (!isTold || !store.hasWebhook) return;
  for (const kind of noticesOf(spec, old, firing)) {
    const { flow, name: schedule } = spec;
    const broken = kind === "late" ? `:${firing.missedEnd ? "end" : "start"}` : "";
    store.effects.add({
      id: `${entry.key}:${firing.kind}:${firing.at}:${kind}${broken}:${now}`,
      kind: "notify",
      since: now,
      notice: { type: `schedule.${kind}`, flow, schedule, firing, noticedAt: now },
    });
  }
}

/** Changes a row that is still there. */
export function amend(turn: Turn, at: number, kind: FiringKind, change: Partial<Firing>): void {
  const firing = turn.entry.ledger.find(at, kind);
  if (firing) record(turn, { ...firing, ...change });
}

/** Starts the execution of an instant whose time has come; its row is written and is the lock. */
export function startScheduled(turn: Turn, waiting: Waiting, reason?: string): void {
  const { entry, now } = turn;
  const { at, startsAt, firedBy } = waiting;
  const why = waiting.reason ?? reason;
  const { expect = {} } = entry.spec;
  const executionName = firingExecutionName(entry.spec.name, "scheduled", at);
  const latenessMs = Math.max(0, now - startsAt);
  const isLate = latenessMs > (expect.startWithinSeconds ?? Infinity) * SECOND_MS;
  const startBy = isLate ? undefined : startByOf(entry, startsAt);
  const old = entry.ledger.find(at, "scheduled");
  record(turn, {
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
  open(turn, {
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
  turn: Turn,
  kind: "manual" | "backfill",
  at: number,
  firedBy: string,
  executionName: string,
  more: { readonly payload?: JsonObject; readonly backfill?: string; readonly reason?: string } = {},
): void {
  const { entry, now } = turn;
  const { payload, backfill, reason } = more;
  const { endWithinSeconds } = entry.spec.expect ?? {};
  const firing: Firing = { at, kind, verdict: "started", firedBy, firedAt: now, executionName };
  record(turn, reason === undefined ? firing : { ...firing, reason });
  open(turn, {
    at,
    kind,
    executionName,
    since: now,
    ...(payload !== undefined && { payload }),
    ...(backfill !== undefined && { backfill }),
    ...(endWithinSeconds !== undefined && { endBy: now + endWithinSeconds * SECOND_MS }),
  });
}

/** Until when an instant must have started. */
export function startByOf({ spec }: Entry, startsAt: number): number | undefined {
  const { startWithinSeconds } = spec.expect ?? {};
  return startWithinSeconds === undefined ? undefined : startsAt + startWithinSeconds * SECOND_MS;
}

function open(turn: Turn, one: Open): void {
  const { store, entry } = turn;
  const { state } = entry;
  if (state.open.length >= OPEN_FIRINGS_MAX && one.backfill === undefined) {
    // The oldest is no longer watched: its end still reaches its row. A start that is under way is never let go.
    const oldest = state.open.findIndex(({ isTaken, backfill }) => isTaken && backfill === undefined);
    if (oldest < 0) {
      refuse(turn, one, `${OPEN_FIRINGS_MAX} starts wait for the flow already`);
      return;
    }
    state.open.splice(oldest, 1);
  }
  state.open.push(one);
  store.touch(entry);
  store.effects.add(startOf(entry, one));
}

/** The row of a firing that started nothing after all. */
export function refuse(turn: Turn, { at, kind }: Pick<Open, "at" | "kind">, reason: string): void {
  const row = turn.entry.ledger.find(at, kind);
  if (!row) return;
  const { latenessMs: _, executionName: __, ...kept } = row;
  record(turn, { ...kept, verdict: "failedToStart", reason });
}
