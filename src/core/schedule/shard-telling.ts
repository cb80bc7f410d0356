import { given } from "../given.ts";
import type { Stand } from "../telling.ts";
import { fitting, toldText } from "../told.ts";
import {
  BOARD_CAUSE_BYTES,
  BOARD_LIST_BYTES,
  BOARD_NEXT_TOLD,
  BOARD_PROBLEMS_TOLD,
  BOARD_PROBLEM_MS,
  BOARD_SCHEDULES_TOLD,
} from "../view-limits.ts";
import type { ScheduleProblem, ShardTelling } from "./digest.ts";
import type { Entry } from "./entry.ts";
import { type Judgement, judge } from "./judgement.ts";
import { nextRuns } from "./night.ts";
import { parseScheduleKey } from "./schedule.ts";
import type { ScheduleStore } from "./store.ts";

/** A shard as it is told to the board, by its object's name; undefined while nothing was ever in it. */
export function shardTelling(
  store: ScheduleStore,
  name: string,
  now: number,
): Stand<ShardTelling> | undefined {
  const { at: change, stand } = store.changes;
  const entries = Array.from(store.all());
  if (stand === undefined && entries.length === 0) return undefined;
  const problems = [...parkedProblems(store, now), ...entries.flatMap((entry) => problemsOf(entry, now))];
  const keys = entries.map(({ key }) => key).toSorted();
  const names = fitting(keys.slice(0, BOARD_SCHEDULES_TOLD), BOARD_LIST_BYTES);
  const worst = problems.toSorted(byUrgency).slice(0, BOARD_PROBLEMS_TOLD);
  const told = fitting(worst, BOARD_LIST_BYTES);
  const leftOut = keys.length - names.length + (problems.length - told.length);
  const digest = {
    change,
    schedules: entries.length,
    on: entries.filter(({ spec }) => spec.enabled).length,
    names,
    next: nextRuns(entries, now, BOARD_NEXT_TOLD),
    problems: told,
    ...(leftOut > 0 && { leftOut }),
    ...given({ deadNotices: deadNoticesOf(store) }),
  };
  return { stand: stand ?? "", telling: { kind: "shard", name, generation: 1, nth: change, digest } };
}

function deadNoticesOf({ deadNotices }: ScheduleStore) {
  for (const { dead, diedAt } of deadNotices.counts()) return { dead, diedAt };
  return undefined;
}

const ORDER: readonly ScheduleProblem["kind"][] = ["parked", "noFuture", "missed", "late", "failed"];

function byUrgency(a: ScheduleProblem, b: ScheduleProblem): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.since - a.since;
}

function parkedProblems({ parked }: ScheduleStore, now: number): ScheduleProblem[] {
  return Array.from(parked.all(), ([key, { at = now, reason }]) => {
    const { flow, name: schedule } = parseScheduleKey(key);
    return { kind: "parked", flow, schedule, since: at, reason: toldText(reason, BOARD_CAUSE_BYTES) };
  });
}

function problemsOf(entry: Entry, now: number): ScheduleProblem[] {
  const { spec } = entry;
  const own = { flow: spec.flow, schedule: spec.name };
  const found: ScheduleProblem[] = [];
  const since = noFutureSince(entry);
  if (since !== undefined) found.push({ kind: "noFuture", ...own, since });
  const unwell = unwellOf(entry, now);
  if (unwell) found.push({ ...own, ...unwell });
  return found;
}

/** Of an enabled schedule that has no end, and of which nothing comes any more. */
export function noFutureSince({ spec, state, unreadable }: Entry): number | undefined {
  const isEndless = spec.enabled && spec.endAt === undefined && unreadable === undefined;
  if (!isEndless || state.nextAt !== undefined) return undefined;
  return Math.max(spec.updatedAt, state.tail.at(-1)?.at ?? 0);
}

/** These tell nothing of whether it goes well: what runs or waits is not decided yet, and somebody wanted the others not to run. */
const UNTOLD: ReadonlySet<Judgement> = new Set(["running", "waiting", "skipped", "paused"]);

/** What is wrong with its newest firing that is decided, and with how many before it. */
function unwellOf({ state }: Entry, now: number): Omit<ScheduleProblem, "flow" | "schedule"> | undefined {
  const told = state.tail
    .map((firing) => ({ firing, judged: judge(firing) }))
    .filter(({ judged }) => !UNTOLD.has(judged));
  const last = told.at(-1);
  const kind = last?.judged;
  if (!last || (kind !== "failed" && kind !== "missed" && kind !== "late")) return undefined;
  const { at, verdict, reason, executionName, executionEndedAt = at } = last.firing;
  if (executionEndedAt < now - BOARD_PROBLEM_MS) return undefined;
  return {
    kind,
    since: executionEndedAt,
    at,
    count: told.length - 1 - told.findLastIndex(({ judged }) => judged !== kind),
    ...given({ executionName, why: verdict === "started" ? undefined : verdict }),
    ...given({ reason: reason === undefined ? undefined : toldText(reason, BOARD_CAUSE_BYTES) }),
  };
}
