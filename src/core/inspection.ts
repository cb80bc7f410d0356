import { given } from "./given.ts";
import type { FindingCode } from "./inspection-kinds.ts";
import { FINDING_DETAIL_LENGTH, INSPECTED_DUE_MS, NEAR_LIMIT, PAUSED_LONG_MS } from "./inspection-limits.ts";
import type { Finding, Inspection } from "./inspection-views.ts";
import type { ShownParking } from "./machine.ts";
import type { Pause } from "./pause.ts";

/** With what is wrong with the object's alarm: `heal`: it was made up for. */
export function withAlarm(
  inspection: Inspection,
  {
    lostSince,
    dueAt,
    heal,
  }: { readonly lostSince?: number | undefined; readonly dueAt: number; readonly heal: boolean },
  now: number,
): Inspection {
  const isOpen = inspection.isOpen || dueAt <= now + INSPECTED_DUE_MS;
  if (lostSince === undefined) return { ...inspection, isOpen };
  const detail = "something was due, and no alarm was set for it";
  const lost = finding("lostAlarm", lostSince, detail, { healed: heal });
  return { ...inspection, isOpen, findings: [lost, ...inspection.findings] };
}

/** What is parked, or not done for long. */
export function stuckEffects(shown: readonly ShownParking[], name?: string): Finding[] {
  return shown.map(({ kind, id, at = 0, tries, reason }) => {
    const tried = tries === undefined ? "" : `, tried ${tries} times`;
    return finding("stuckEffect", at, `${kind}${tried}: ${reason}`, { name: name ?? id });
  });
}

/** Somebody may have forgotten to resume it. */
export function forgottenPause(
  paused: Pause | undefined,
  what: string,
  now: number,
  name?: string,
): Finding[] {
  if (!paused || paused.at > now - PAUSED_LONG_MS) return [];
  const { at, by, reason } = paused;
  const why = reason === undefined ? "" : ` ("${reason}")`;
  return [finding("pausedLong", at, `paused by ${by}${why}: ${what}`, given({ name }))];
}

/** There are almost as many as there may be. */
export function nearLimit(what: string, count: number, most: number, now: number): Finding[] {
  if (count < NEAR_LIMIT * most) return [];
  return [finding("nearLimit", now, `${count} of at most ${most} ${what}`, { name: what })];
}

export function finding(
  code: FindingCode,
  since: number,
  detail: string,
  more: Partial<Pick<Finding, "name" | "healed">> = {},
): Finding {
  return { code, since, detail: detail.slice(0, FINDING_DETAIL_LENGTH), healed: false, ...more };
}
