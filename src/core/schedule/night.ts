import { given } from "../given.ts";
import { NIGHT_ITEMS_MAX, NIGHT_NEXT_MAX, NIGHT_ROWS_MAX, NIGHT_RUNS_MAX } from "../night-limits.ts";
import { SECOND_MS } from "../time.ts";
import type { Entry } from "./entry.ts";
import { type Judged, type Judgement, counted, judge, rankOf, sumOf, worstOf } from "./judgement.ts";
import { type LatelyCell, latelyCellAt, latelyIn } from "./lately.ts";
import type { Firing } from "./schedule.ts";
import { nextStart } from "./timetable/preview.ts";

/** One firing of a night. Times are epoch milliseconds. */
export interface NightRun {
  readonly at: number;
  /** Absent: by its timetable. */
  readonly kind?: "manual" | "backfill";
  readonly verdict: Judgement;
  /** What the ledger says of what did not start. */
  readonly why?: Firing["verdict"];
  readonly reason?: string;
  readonly status?: Firing["executionStatus"];
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly missedStart?: boolean;
  readonly missedEnd?: boolean;
  readonly executionName?: string;
  readonly error?: string;
}

/** What a schedule did in a night. */
export interface NightItem {
  readonly flow: string;
  readonly schedule: string;
  readonly worst: Judgement;
  readonly counts: Judged;
  /** When the last of its executions is to have ended. */
  readonly promisedEndAt?: number;
  /** Oldest first; absent when there are too many. */
  readonly runs?: readonly NightRun[];
  /** Instead of them half hours in which there were some, oldest first. */
  readonly buckets?: readonly NightBucket[];
  /** There was more than could be looked at: what is told is the newest. */
  readonly isCut?: boolean;
}

export interface NightBucket {
  readonly at: number;
  readonly worst: Judgement;
  readonly counts: Judged;
}

/** An instant that comes. */
export interface NextRun {
  readonly at: number;
  readonly flow: string;
  readonly schedule: string;
}

/** What one shard knows of a night. */
export interface ShardNight {
  /** Another one as soon as anything of its schedules or their firings is. */
  readonly change: number;
  /** Schedules by the worst that became of any of their firings. */
  readonly counts: Judged;
  /** The worst first. */
  readonly items: readonly NightItem[];
  readonly next: readonly NextRun[];
}

/** What schedules did from a time to another, both inclusive, and what comes after `now`. */
export function nightOf(
  entries: Iterable<Entry>,
  from: number,
  to: number,
  now: number,
): Omit<ShardNight, "change"> {
  const all = Array.from(entries);
  let rows = NIGHT_ROWS_MAX;
  let counts: Judged = {};
  const items: NightItem[] = [];
  for (const entry of all) {
    const { item, read } = itemOf(entry, from, to, rows);
    rows -= read;
    if (!item) continue;
    counts = counted(counts, item.worst);
    items.push(item);
  }
  return { counts, items: worstFirst(items), next: nextRuns(all, now, NIGHT_NEXT_MAX) };
}

/** As many items as one night tells of, problems first, then as they come. */
export function worstFirst(items: readonly NightItem[]): NightItem[] {
  return items
    .toSorted(
      (a, b) =>
        rankOf(a.worst) - rankOf(b.worst) ||
        beginOf(a) - beginOf(b) ||
        (`${a.flow}/${a.schedule}` < `${b.flow}/${b.schedule}` ? -1 : 1),
    )
    .slice(0, NIGHT_ITEMS_MAX);
}

/** The soonest of them. */
export function soonest(next: readonly NextRun[]): NextRun[] {
  return inOrder(next).slice(0, NIGHT_NEXT_MAX);
}

function beginOf({ runs, buckets }: NightItem): number {
  return (runs ?? buckets)?.[0]?.at ?? 0;
}

function itemOf(entry: Entry, from: number, to: number, rows: number): { item?: NightItem; read: number } {
  const known = latelyIn(entry.state.lately, from, to)?.map(withoutPaused);
  const expected = known && sumOf(totalOf(known));
  if (expected === 0) return { read: 0 };
  if (known && (expected ?? 0) > NIGHT_RUNS_MAX)
    return { ...given({ item: ofCells(entry, known) }), read: 0 };
  const { firings, read, isCut } = entry.ledger.stretch(from, to, rows);
  const found = firings.filter(({ verdict }) => verdict !== "paused").toReversed();
  const item = found.length > NIGHT_RUNS_MAX ? ofCells(entry, cellsOf(found)) : ofRuns(entry, found, isCut);
  return { ...(item && { item: isCut ? { ...item, isCut } : item }), read };
}

/** Whoever paused a schedule knows that it did not run. */
function withoutPaused({ at, judged: { paused: _, ...judged } }: LatelyCell): LatelyCell {
  return { at, judged };
}

function ofRuns(entry: Entry, found: readonly Firing[], isCut: boolean): NightItem | undefined {
  if (found.length === 0 && !isCut) return undefined;
  const counts = found.reduce<Judged>((judged, firing) => counted(judged, judge(firing)), {});
  const last = found.findLast(({ kind, verdict }) => kind === "scheduled" && verdict === "started");
  return {
    ...headOf(entry, counts),
    ...given({ promisedEndAt: last && promisedEnd(entry, last.at) }),
    runs: found.map(runOf),
  };
}

function ofCells(entry: Entry, cells: readonly LatelyCell[]): NightItem | undefined {
  const told = cells.filter(({ judged }) => sumOf(judged) > 0);
  if (told.length === 0) return undefined;
  const buckets = told.map(({ at, judged }) => ({ at, worst: worstOf(judged), counts: judged }));
  return { ...headOf(entry, totalOf(told)), buckets };
}

function headOf({ spec: { flow, name } }: Entry, counts: Judged) {
  return { flow, schedule: name, worst: worstOf(counts), counts };
}

function totalOf(cells: readonly LatelyCell[]): Judged {
  const total: Judged = {};
  for (const { judged } of cells) {
    for (const [judgement, count] of entriesOf(judged)) total[judgement] = (total[judgement] ?? 0) + count;
  }
  return total;
}

function entriesOf(judged: Judged): [Judgement, number][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its keys are those of its type
  return Object.entries(judged) as [Judgement, number][];
}

function cellsOf(firings: readonly Firing[]): LatelyCell[] {
  const cells = new Map<number, Judged>();
  for (const firing of firings) {
    const at = latelyCellAt(firing.at);
    cells.set(at, counted(cells.get(at) ?? {}, judge(firing)));
  }
  return Array.from(cells, ([at, judged]) => ({ at, judged }));
}

function promisedEnd({ spec, timetable }: Entry, at: number): number | undefined {
  const { endWithinSeconds } = spec.expect ?? {};
  return endWithinSeconds === undefined ? undefined : timetable.startsAt(at) + endWithinSeconds * SECOND_MS;
}

function runOf(firing: Firing): NightRun {
  const { at, kind, verdict, reason, executionStatus, startedAt, firedAt, executionEndedAt } = firing;
  const { missedStart, missedEnd, executionName, error } = firing;
  const hasStarted = verdict === "started";
  return {
    at,
    verdict: judge(firing),
    ...given({
      kind: kind === "scheduled" ? undefined : kind,
      why: hasStarted ? undefined : verdict,
      reason,
      status: executionStatus,
      // Until the end nobody asks when it really began.
      startedAt: hasStarted ? (startedAt ?? firedAt) : undefined,
      endedAt: executionEndedAt,
      missedStart,
      missedEnd,
      executionName,
      error,
    }),
  };
}

function inOrder(next: readonly NextRun[]): NextRun[] {
  return next.toSorted((a, b) => a.at - b.at);
}

/** The soonest starts of schedules that are on, so many of them. */
export function nextRuns(entries: readonly Entry[], now: number, most: number): NextRun[] {
  const coming = entries.flatMap((entry) => {
    const { nextAt } = entry.state;
    return entry.spec.enabled && nextAt !== undefined ? [{ entry, nextAt }] : [];
  });
  const first = coming.toSorted((a, b) => a.nextAt - b.nextAt).slice(0, most);
  const runs = first.flatMap(({ entry, nextAt }) => {
    const { nextAt: at } = nextStart(entry.timetable, nextAt, entry.state.skips);
    const { flow, name: schedule } = entry.spec;
    return at === undefined || at < now ? [] : [{ at, flow, schedule }];
  });
  return inOrder(runs);
}
