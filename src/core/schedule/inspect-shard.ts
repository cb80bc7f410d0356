import {
  FINDINGS_TOLD_MAX,
  FIRINGS_INSPECTED_AT_ONCE,
  FIRINGS_INSPECTED_MS,
  INSPECTION_GRACE_MS,
  LEDGER_ROWS_INSPECTED,
} from "../inspection-limits.ts";
import { finding, forgottenPause, stuckEffects } from "../inspection.ts";
import type { Finding, Inspection } from "../inspection-views.ts";
import type { Entry } from "./entry.ts";
import type { FiringKind } from "./schedule.ts";
import { parseScheduleKey } from "./schedule.ts";
import { noFutureSince } from "./shard-telling.ts";
import type { ScheduleStore } from "./store.ts";

/** A firing whose execution has no end in the ledger. */
export interface UnendedFiring {
  readonly flow: string;
  readonly name: string;
  readonly at: number;
  readonly kind: FiringKind;
  readonly executionName: string;
}

/** What a shard finds of itself, by its schedules. */
export function inspectShard(store: ScheduleStore, now: number): Inspection {
  const entries = Array.from(store.all());
  const findings = [
    ...stuckEffects(store.effects.shown(now)),
    ...parked(store, now),
    ...deadNotices(store),
    ...entries.flatMap((entry) => findingsOf(entry, now)),
  ];
  return { findings: findings.slice(0, FINDINGS_TOLD_MAX), isOpen: entries.length > 0 };
}

/** Those of the last days that began a while ago, the newest first of each schedule. */
export function unendedFirings(store: ScheduleStore, now: number): UnendedFiring[] {
  const unended: UnendedFiring[] = [];
  let looked = 0;
  for (const { spec, ledger } of store.all()) {
    const { flow, name } = spec;
    for (const [, { at, kind, firedAt = at, executionName, executionStatus }] of ledger.newestFirst()) {
      if (firedAt < now - FIRINGS_INSPECTED_MS || looked++ >= LEDGER_ROWS_INSPECTED) break;
      if (executionName === undefined || executionStatus !== undefined) continue;
      if (firedAt <= now - INSPECTION_GRACE_MS) unended.push({ flow, name, at, kind, executionName });
      if (unended.length >= FIRINGS_INSPECTED_AT_ONCE) return unended;
    }
  }
  return unended;
}

function findingsOf(entry: Entry, now: number): Finding[] {
  const { key, spec, state } = entry;
  const { paused } = state;
  const since = [spec.cron].flat().every(isOnce) ? undefined : noFutureSince(entry);
  return [
    ...(since === undefined
      ? []
      : [finding("noFuture", since, "it is enabled, and nothing comes", { name: key })]),
    ...forgottenPause(paused && { by: "somebody", ...paused }, "it starts nothing", now, key),
  ];
}

/** Such a schedule has done what it is for. */
function isOnce(cron: string): boolean {
  return /(?:^|\s)@at\s/.test(cron);
}

function deadNotices({ deadNotices: letters }: ScheduleStore): Finding[] {
  return Array.from(letters.counts(), ({ dead, diedAt }) =>
    finding("deadLetters", diedAt, `notices that the webhook did not take: ${dead}`),
  );
}

function parked({ parked: all }: ScheduleStore, now: number): Finding[] {
  return Array.from(all.all(), ([key, { at = now, reason }]) => {
    const { flow, name } = parseScheduleKey(key);
    return finding("stuckEffect", at, `the schedule is parked: ${reason}`, { name: `${flow}/${name}` });
  });
}
