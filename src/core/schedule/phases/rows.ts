import { isBroken, noticesOf } from "../notice.ts";
import type { Firing, FiringKind } from "../schedule.ts";
import type { ScheduleContext } from "../schedule-context.ts";
import type { Open } from "../state.ts";

/** Writes a firing's row, and tells the webhook what it asked for, unless it would be told too much. */
export function writeFiring({ store, entry, now }: ScheduleContext, wanted: Firing, isTold = true): void {
  const { spec, ledger } = entry;
  const old = ledger.find(wanted.at, wanted.kind);
  const isLate = spec.expect?.startWithinSeconds !== undefined && isBroken(wanted);
  const firing = isLate ? { ...wanted, missedStart: true } : wanted;
  ledger.set(firing, now);
  store.touch(entry);
  store.rows++;
  // Where there is no room for it, the row alone tells.
  if (!isTold || !store.hasWebhook || store.memory.isFull) return;
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
export function updateFiring(
  context: ScheduleContext,
  at: number,
  kind: FiringKind,
  change: Partial<Firing>,
): void {
  const firing = context.entry.ledger.find(at, kind);
  if (firing) writeFiring(context, { ...firing, ...change });
}

/** The row of a firing that started nothing after all. */
export function writeRefusal(
  context: ScheduleContext,
  { at, kind }: Pick<Open, "at" | "kind">,
  reason: string,
): void {
  const row = context.entry.ledger.find(at, kind);
  if (!row) return;
  const { latenessMs: _, executionName: __, ...kept } = row;
  writeFiring(context, { ...kept, verdict: "failedToStart", reason });
}
