import {
  BACKFILLS_KEPT,
  BACKFILL_INSTANTS_MAX,
  BACKFILL_PARALLELISM_ALLOW,
  MISSED_NOTICES_MAX,
  STARTS_PER_CALL,
} from "../limits.ts";
import { type Rejection, reject } from "../result.ts";
import {
  Backfill,
  type BackfillEnded,
  type BackfillRequest,
  type StoredBackfill,
  viewOf,
} from "./backfill-state.ts";
import type { ScheduleOutcome } from "./command.ts";
import type { Entry } from "./entry.ts";
import { writeFiring } from "./phases/rows.ts";
import { payloadTooLarge } from "./preconditions.ts";
import { startOther } from "./phases/start.ts";
import { type OverlapPolicy, type Verdict, firingExecutionName } from "./schedule.ts";
import { backfillBytes } from "./shard-memory.ts";
import type { ScheduleContext } from "./schedule-context.ts";

/** Plans a backfill, and starts it unless it is a dry run. */
export function startBackfill(context: ScheduleContext, request: BackfillRequest): ScheduleOutcome {
  const { store, entry, now } = context;
  const { from, to, overlap = "bufferAll", dryRun, by, payload } = request;
  const parallelism = request.parallelism ?? (overlap === "allow" ? BACKFILL_PARALLELISM_ALLOW : 1);
  if (to > now || from > to) {
    return reject("InvalidRange", "`from` must not be after `to`, and `to` not in the future");
  }
  const tooLarge = payloadTooLarge(payload);
  if (tooLarge) return tooLarge;
  const planned = planBackfill(entry, request);
  if ("ok" in planned) return planned;
  const { starts, alreadyRun, skipped } = planned;
  const { plan, dropped, verdict } = limitPlan(starts, overlap, parallelism);
  if (dryRun) return { ok: true, backfill: { count: plan.length, alreadyRun, skipped, instants: plan } };
  if (entry.state.backfill !== undefined) {
    return reject("BackfillRunning", `backfill "${entry.state.backfill}" runs: wait for its end, or stop it`);
  }
  const id = `b${entry.state.backfills + 1}`;
  const stored: StoredBackfill = {
    id,
    from,
    to,
    overlap,
    parallelism,
    ...(payload !== undefined && { payload }),
    createdBy: by,
    createdAt: now,
    status: "running",
    count: plan.length,
    position: 0,
    alreadyRun,
    skipped,
    ended: {},
  };
  const full = store.memory.refuse(backfillBytes(stored));
  if (full) return full;
  entry.state.backfills++;
  store.backfills.putPlan(entry.key, id, plan);
  forgetOld(context);
  entry.state.backfill = id;
  entry.backfill = new Backfill(stored, plan);
  store.backfills.put(entry.key, entry.backfill);
  store.touch(entry);
  const reason = `${parallelism} of this backfill may run at the same time`;
  for (const [position, at] of dropped.entries()) {
    const isTold = position >= dropped.length - MISSED_NOTICES_MAX;
    writeFiring(
      context,
      { at, kind: "backfill", verdict, firedBy: `backfill:${id}`, firedAt: now, reason },
      isTold,
    );
  }
  stepBackfill(context);
  return { ok: true, backfill: viewOf(entry.backfill?.stored ?? stored) };
}

/** Starts as many executions of a running backfill as there are places, a bounded number at once. */
export function stepBackfill(context: ScheduleContext): void {
  const { store, entry, now } = context;
  const { backfill, state, spec } = entry;
  if (!backfill) return;
  let isChanged = false;
  for (let started = 0; started < STARTS_PER_CALL && backfill.isDue(state.open); started++) {
    const at = backfill.takeNext();
    if (at === undefined) break;
    isChanged = true;
    const { id } = backfill.stored;
    const old = entry.ledger.find(at, "backfill")?.executionName;
    const reason = old === undefined ? {} : { reason: `in the place of "${old}"` };
    const name = firingExecutionName(spec.name, "backfill", at, id);
    startOther(context, "backfill", at, `backfill:${id}`, name, { backfill: id, ...reason });
  }
  if (backfill.isOver(state.open)) {
    const { status } = backfill.stored;
    backfill.stored = {
      ...backfill.stored,
      status: status === "running" ? "done" : status,
      endedAt: backfill.stored.endedAt ?? now,
    };
    isChanged = true;
    state.backfill = undefined;
    entry.backfill = undefined;
    store.touch(entry);
    store.backfills.removePlan(entry.key, backfill.stored.id);
  }
  if (isChanged) store.backfills.put(entry.key, backfill);
}

/** An execution of a backfill is over; its place is free. */
export function backfillEnded({ store, entry }: ScheduleContext, id: string, how: BackfillEnded): void {
  const { backfill } = entry;
  if (backfill?.stored.id !== id) return;
  const { ended } = backfill.stored;
  backfill.stored = { ...backfill.stored, ended: { ...ended, [how]: (ended[how] ?? 0) + 1 } };
  store.backfills.put(entry.key, backfill);
}

/** No further instant of it starts; what runs goes on. */
export function stopBackfill(context: ScheduleContext, id: string): ScheduleOutcome {
  const { store, entry, now } = context;
  const { backfill } = entry;
  if (backfill?.stored.id === id) {
    backfill.stored = { ...backfill.stored, status: "stopped", endedAt: now };
    store.backfills.put(entry.key, backfill);
    stepBackfill(context);
    store.arm(entry);
    return { ok: true, backfill: viewOf(backfill.stored) };
  }
  const view = store.backfills.view(entry.key, id);
  return view
    ? { ok: true, backfill: view }
    : reject("BackfillNotExists", `schedule "${entry.spec.name}" has no backfill "${id}"`);
}

function planBackfill(
  { timetable, ledger, spec }: Entry,
  { from, to, force }: BackfillRequest,
): { starts: number[]; alreadyRun: number; skipped: number } | Rejection {
  const { instants, more } = timetable.until(from, to, BACKFILL_INSTANTS_MAX);
  if (more) {
    return reject("InvalidRange", `more than ${BACKFILL_INSTANTS_MAX} instants: take a shorter stretch`);
  }
  const wanted = spec.exclude ? instants.filter((at) => timetable.exclusionOf(at) === undefined) : instants;
  const ran = new Set<number>();
  const skipped = new Set<number>();
  for (const [, firing] of force ? [] : ledger.newestFirst()) {
    if (firing.at < from) break;
    if (firing.executionName !== undefined) ran.add(firing.at);
    else if (firing.verdict === "skipped") skipped.add(firing.at);
  }
  const notRun = wanted.filter((at) => !ran.has(at));
  const starts = notRun.filter((at) => !skipped.has(at));
  return {
    starts,
    alreadyRun: wanted.length - notRun.length,
    skipped: notRun.length - starts.length,
  };
}

/** Which instants start, and what becomes of the others, when the places are few. */
export function limitPlan(
  instants: readonly number[],
  overlap: OverlapPolicy,
  parallelism: number,
): { plan: readonly number[]; dropped: readonly number[]; verdict: Verdict } {
  const most = {
    allow: Infinity,
    bufferAll: Infinity,
    bufferOne: parallelism + 1,
    skip: parallelism,
    cancelOther: parallelism,
  }[overlap];
  const verdict = overlap === "bufferOne" ? "bufferFull" : "skippedOverlap";
  if (most >= instants.length) return { plan: instants, dropped: [], verdict };
  // Where a newer one stops the older ones, only the newest are worth a start.
  if (overlap === "cancelOther")
    return { plan: instants.slice(-most), dropped: instants.slice(0, -most), verdict };
  return { plan: instants.slice(0, most), dropped: instants.slice(most), verdict };
}

function forgetOld({ store, entry }: ScheduleContext): void {
  store.backfills.remove(entry.key, `b${entry.state.backfills - BACKFILLS_KEPT}`);
}
