import type { Records, Single } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import type { LastTelling } from "../telling.ts";
import { HOUR_MS } from "../time.ts";
import {
  BOARD_DURATIONS_KEPT,
  BOARD_ENDS_TOLD,
  BOARD_FLOW_UNWELL,
  BOARD_HOURS_TOLD,
} from "../view-limits.ts";
import type { EndLetter, EndTick, HourOfEnds } from "./digest.ts";
import type { ExecutionIndex, StoredEntry } from "./execution-index.ts";

/** How executions of a generation ended, as far as it is told; numbers are those of executions. */
export interface Recent {
  readonly generation: number;
  /** All that ended: what was started and did not end runs. */
  readonly ended: number;
  /** Counts the changes of executions after their starts. */
  readonly changes: number;
  readonly ends: readonly EndTick[];
  readonly hours: readonly HourOfEnds[];
  /** How long the last took that succeeded. */
  readonly took: readonly number[];
  /** The last that failed or took too long, in the order of their numbers. */
  readonly unwell: readonly number[];
  /** The youngest that succeeded. */
  readonly lastGood: number;
  /** Open callbacks of all that run; absent: none. */
  readonly callbacks?: number;
  readonly told?: LastTelling;
}

const RECENT = shaped<Recent>({
  generation: "number",
  ended: "number",
  changes: "number",
  ends: "list",
  hours: "list",
  took: "list",
  unwell: "list",
  lastGood: "number",
});

const LETTERS: Readonly<Record<string, EndLetter>> = { Succeeded: "s", Failed: "f", TimedOut: "t" };
/** Ends that are counted anew from the index; those before count as ended alone. */
const COUNTED_ANEW = 2000;

function nothingYet(generation: number, told?: LastTelling): Recent {
  const none = { ends: [], hours: [], took: [], unwell: [] };
  return { generation, ended: 0, changes: 0, ...none, lastGood: 0, ...(told && { told }) };
}

/** The row of it: one is written with each commit in which executions ended, and with each telling. */
export class RecentEnds {
  private readonly row: Single<Recent>;
  private known: Recent;

  /** Flows of an earlier release, and those whose row cannot be read, look through their index. */
  constructor(records: Records, index: ExecutionIndex, generation: number) {
    this.row = records.single<Recent>("recent", RECENT);
    const kept = this.row.getReadable(nothingYet(0));
    this.known = kept?.generation === generation ? kept : fromIndex(index, generation, kept?.told);
  }

  get now(): Recent {
    return this.known;
  }

  /** Of a generation that is new there is nothing to write yet. */
  begin(generation: number): void {
    this.known = nothingYet(generation, this.known.told);
  }

  /** An execution has ended. */
  ended(entry: StoredEntry): void {
    this.keep({ ...withEnd(this.known, entry), changes: this.known.changes + 1 });
  }

  /** One that had ended goes on: it counts as an end again when it has. */
  redriven({ number }: StoredEntry): void {
    const { ended, changes, unwell } = this.known;
    const others = unwell.filter((one) => one !== number);
    this.keep({ ...this.known, ended: ended - 1, changes: changes + 1, unwell: others });
  }

  /** So many more callbacks are open, or fewer. */
  callbacks(more: number): void {
    const { changes, callbacks = 0 } = this.known;
    this.keep({ ...this.known, changes: changes + 1, callbacks: Math.max(0, callbacks + more) });
  }

  /** Something else about executions is another. */
  changed(): void {
    this.keep({ ...this.known, changes: this.known.changes + 1 });
  }

  told(told: LastTelling): void {
    this.keep({ ...this.known, told });
  }

  private keep(recent: Recent): void {
    this.known = recent;
    this.row.put(recent);
  }
}

function fromIndex(index: ExecutionIndex, generation: number, told: LastTelling | undefined): Recent {
  const ends: StoredEntry[] = [];
  let last = 0;
  let running = 0;
  let callbacks = 0;
  for (const entry of index.newest(generation)) {
    last = Math.max(last, entry.number);
    callbacks += entry.callbacks ?? 0;
    if (entry.endedAt === undefined) running++;
    else if (ends.length < COUNTED_ANEW) ends.push(entry);
  }
  const inOrder = ends.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  const recent = inOrder.reduce(withEnd, nothingYet(generation, told));
  return { ...recent, ended: last - running, ...(callbacks > 0 && { callbacks }) };
}

function withEnd(recent: Recent, { number, status, startedAt, endedAt = startedAt }: StoredEntry): Recent {
  const letter = LETTERS[status] ?? "x";
  const tookMs = Math.max(0, endedAt - startedAt);
  const isGood = letter === "s";
  const isBad = letter === "f" || letter === "t";
  return {
    ...recent,
    ended: recent.ended + 1,
    ends: lastOf([...recent.ends, [number, letter, endedAt, tookMs]], BOARD_ENDS_TOLD),
    hours: withHour(recent.hours, Math.floor(endedAt / HOUR_MS), letter),
    took: isGood ? lastOf([...recent.took, tookMs], BOARD_DURATIONS_KEPT) : recent.took,
    unwell: isBad
      ? lastOf(
          [...recent.unwell, number].toSorted((a, b) => a - b),
          BOARD_FLOW_UNWELL,
        )
      : recent.unwell,
    lastGood: isGood ? Math.max(recent.lastGood, number) : recent.lastGood,
  };
}

function withHour(hours: readonly HourOfEnds[], hour: number, letter: EndLetter): HourOfEnds[] {
  const [, succeeded, failed, other] = hours.find(([one]) => one === hour) ?? [hour, 0, 0, 0];
  const isGood = letter === "s";
  const isBad = letter === "f" || letter === "t";
  const counted: HourOfEnds = [
    hour,
    succeeded + Number(isGood),
    failed + Number(isBad),
    other + Number(!isGood && !isBad),
  ];
  const all = [...hours.filter(([one]) => one !== hour), counted].toSorted(([a], [b]) => a - b);
  const newest = all.at(-1)?.[0] ?? hour;
  return all.filter(([one]) => one > newest - BOARD_HOURS_TOLD);
}

function lastOf<T>(values: readonly T[], most: number): T[] {
  return values.slice(-most);
}
