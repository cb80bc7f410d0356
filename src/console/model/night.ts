import type { Night, NightItem, NightRun } from "../api/types.ts";
import type { State } from "./states.ts";

type Judgement = NightItem["worst"];

/** How what a firing came to is drawn. */
export const STATE_OF: Readonly<Record<Judgement, State>> = {
  failed: "failed",
  missed: "missed",
  late: "late",
  running: "running",
  waiting: "line",
  stopped: "stopped",
  well: "succeeded",
  skipped: "skipped",
  paused: "paused",
};

export function stateOfRun({ verdict, status }: NightRun): State {
  return status === "TimedOut" ? "timedOut" : STATE_OF[verdict];
}

/** Something that somebody should look at. */
export interface Need {
  readonly item: NightItem;
  /** The newest of the worst; absent when it runs too often to tell of each. */
  readonly run?: NightRun;
}

/** What failed, what nothing ran of, and what runs past its promise, in the order of the night. */
export function needsOf({ items }: Night): Need[] {
  return items.flatMap((item) => {
    if (!item.runs) return item.worst === "failed" || item.worst === "missed" ? [{ item }] : [];
    const run = item.runs.findLast(
      ({ verdict, status }) =>
        verdict === item.worst && (verdict !== "late" || status === undefined) && NEEDED.has(verdict),
    );
    return run ? [{ item, run }] : [];
  });
}

const NEEDED: ReadonlySet<Judgement> = new Set(["failed", "missed", "late"]);

/** When it is to be told that it happened: its end, or when it was to begin. */
export function timeOf({ endedAt, at, verdict }: NightRun): string {
  return verdict === "failed" ? (endedAt ?? at) : at;
}

/** How far its end is, or would be now, behind the promise; undefined when it is not. */
export function overdueMs({ promisedEndAt }: NightItem, run: NightRun, now: number): number | undefined {
  if (promisedEndAt === undefined || run.missedEnd !== true) return undefined;
  const end = run.endedAt === undefined ? now : Date.parse(run.endedAt);
  const ms = end - Date.parse(promisedEndAt);
  return ms > 0 ? ms : undefined;
}

/** All firings of a night. */
export function runsIn({ items }: Night): number {
  return items.reduce((sum, { counts }) => sum + Object.values(counts).reduce((all, n) => all + n, 0), 0);
}

/** In parts of the whole width. */
export interface Bar {
  readonly left: number;
  readonly width: number;
  readonly state: State;
  /** Absent: of half an hour. */
  readonly run?: NightRun;
}

const BUCKET_MS = 1_800_000;

/** What of a schedule's runs lies where between two times. */
export function barsOf(item: NightItem, from: number, to: number, now: number): Bar[] {
  const part = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const bar = (begin: number, end: number) => ({ left: part(begin), width: part(end) - part(begin) });
  if (!item.runs) {
    return (item.buckets ?? []).map(({ at, worst }) => {
      const begin = Date.parse(at);
      return { ...bar(begin, begin + BUCKET_MS), state: STATE_OF[worst] };
    });
  }
  return item.runs.map((run) => ({ ...bar(...spanOf(run, now)), state: stateOfRun(run), run }));
}

function spanOf({ at, startedAt, endedAt, status }: NightRun, now: number): [begin: number, end: number] {
  const begin = Date.parse(startedAt ?? at);
  if (endedAt !== undefined) return [begin, Date.parse(endedAt)];
  // Of what did not start, or ended before ends were known, there is only the instant.
  return [begin, startedAt !== undefined && status === undefined ? Math.max(begin, now) : begin];
}

/** How often a schedule ran, if it ran evenly: milliseconds from one instant to the next. */
export function rhythmOf({ runs = [] }: NightItem): number | undefined {
  const instants = runs.filter(({ kind }) => kind === undefined).map(({ at }) => Date.parse(at));
  const gaps = instants.slice(1).map((at, before) => at - (instants[before] ?? at));
  const [first] = gaps;
  return gaps.length > 1 && gaps.every((gap) => gap === first) ? first : undefined;
}

const HOUR_MS = 3_600_000;
const TICK_HOURS = 3;

/** Full hours of the reader's zone, every third: `offset` is how far its clocks are ahead of UTC. */
export function ticksOf(from: number, to: number, offset: number): number[] {
  const step = TICK_HOURS * HOUR_MS;
  const first = Math.ceil((from + offset) / step) * step - offset;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, tick) => first + tick * step);
}
