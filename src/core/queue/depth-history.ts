import { parseOwn } from "../json.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import { DEPTH_DAYS_KEPT, DEPTH_FINE_MS, DEPTH_STEP_MS } from "../view-limits.ts";

/**
 * Of a stretch of time: the most that was ready and in flight, how long the next one had waited at the most (milliseconds),
 * and how many came and were taken away.
 */
export type DepthPoint = readonly [
  ready: number,
  inFlight: number,
  oldestMs: number,
  sent: number,
  gone: number,
];

export interface DepthView {
  /** Epoch milliseconds; a point for each step from there on. */
  readonly from: number;
  readonly stepMs: number;
  readonly points: readonly DepthPoint[];
}

/** Messages a minute, on average of the last ten. */
export interface QueueRates {
  readonly in: number;
  readonly out: number;
}

/** How a queue stands. */
export interface Stand {
  readonly ready: number;
  readonly inFlight: number;
  /** Absent when nothing is ready. */
  readonly nextSentAt?: number | undefined;
}

/** What a fact did to it. */
export interface Passed {
  readonly before: Stand;
  readonly after: Stand;
  readonly sent: number;
  readonly gone: number;
  /** How long those waited that were taken, at the most, in milliseconds. */
  readonly waitedMs: number;
}

/** A minute in which something happened: its point, and how many were ready and in flight at its end. */
type Cell = readonly [...DepthPoint, readyAtEnd: number, inFlightAtEnd: number];
export type DepthCells = readonly (readonly [minute: number, cell: Cell])[];

/** Where whole minutes lie: a row a day. */
export interface DepthRows {
  readDepth(day: number): string | undefined;
  writeDepth(day: number, text: string): void;
  deleteDepthsBefore(day: number): void;
}

const MINUTES_A_DAY = DAY_MS / MINUTE_MS;
const MINUTES_A_STEP = DEPTH_STEP_MS / MINUTE_MS;

/**
 * How full a queue was, by minutes in which something happened. Those of the step of ten that goes on ride in rows that
 * are written anyway, so that a restart knows what was known; a step that is over goes to the row of its day.
 */
export class DepthHistory {
  private readonly rows: DepthRows;
  /** Those that no row has yet. */
  private open = new Map<number, Cell>();
  private isChanged = false;
  /** How many came and went in each of the last minutes, as far as this memory knows. */
  private readonly lately = new Map<number, readonly [sent: number, gone: number]>();
  /** As it was noted last. */
  private stood: Stand | undefined;

  constructor(rows: DepthRows) {
    this.rows = rows;
  }

  /** What no row of a day has yet. */
  snapshot(): DepthCells {
    return [...this.open];
  }

  /** The same, if it is another since the last time. */
  takeChanged(): DepthCells | undefined {
    if (!this.isChanged) return undefined;
    this.isChanged = false;
    return this.snapshot();
  }

  restore(cells: DepthCells): void {
    this.open = new Map(cells);
    for (const [minute, cell] of cells) this.lately.set(minute, [cell[3], cell[4]]);
  }

  /** How many came and went a minute of late. */
  rates(now: number): QueueRates {
    const first = Math.floor(now / MINUTE_MS) - MINUTES_A_STEP;
    const own = Array.from(this.lately).flatMap(([minute, counts]) => (minute > first ? [counts] : []));
    const mean = (nth: 0 | 1) => own.reduce((sum, counts) => sum + counts[nth], 0) / MINUTES_A_STEP;
    return { in: mean(0), out: mean(1) };
  }

  /** The queue is deleted, and its rows with it. */
  clear(): void {
    this.open.clear();
    this.lately.clear();
    this.stood = undefined;
  }

  note({ before, after, sent, gone, waitedMs }: Passed, at: number): void {
    const minute = Math.floor(at / MINUTE_MS);
    const first: DepthPoint = [before.ready, before.inFlight, 0, 0, 0];
    const [ready, inFlight, oldestMs, allSent, allGone] = this.open.get(minute) ?? first;
    this.isChanged = true;
    this.stood = after;
    this.open.set(minute, [
      Math.max(ready, after.ready),
      Math.max(inFlight, after.inFlight),
      Math.max(oldestMs, waitedMs, waited(after, at)),
      allSent + sent,
      allGone + gone,
      after.ready,
      after.inFlight,
    ]);
    this.lately.set(minute, [allSent + sent, allGone + gone]);
    for (const known of this.lately.keys()) if (known <= minute - MINUTES_A_STEP) this.lately.delete(known);
  }

  /** Time alone has changed how it stands, perhaps: leases and delays end without a fact. */
  settle(stand: Stand, now: number): void {
    const { stood } = this;
    if (stood && (stood.ready !== stand.ready || stood.inFlight !== stand.inFlight))
      this.note({ before: stood, after: stand, sent: 0, gone: 0, waitedMs: 0 }, now);
  }

  /** Steps that are over get their rows. Each minute is written as it is, whatever is there: a restart may do it again. */
  save(now: number): void {
    const step = Math.floor(now / DEPTH_STEP_MS) * MINUTES_A_STEP;
    const over = [...this.open].filter(([minute]) => minute < step);
    if (over.length === 0) return;
    for (const [minute] of over) this.open.delete(minute);
    for (const day of new Set(over.map(([minute]) => dayOf(minute)))) {
      const known = this.rows.readDepth(day);
      const cells = new Map(cellsOf(known));
      for (const [minute, cell] of over) if (dayOf(minute) === day) cells.set(minute, cell);
      const text = JSON.stringify([...cells]);
      if (text !== known) this.rows.writeDepth(day, text);
      if (known === undefined) this.rows.deleteDepthsBefore(day - DEPTH_DAYS_KEPT);
    }
  }

  /** By minutes what is short, else by tens of minutes; while nothing happened it stood as before. `stand` is that of now. */
  view(from: number, to: number, now: number, stand: Stand): DepthView {
    const stepMs = to - from <= DEPTH_FINE_MS ? MINUTE_MS : DEPTH_STEP_MS;
    const stepOf = (minute: number) => Math.floor((minute * MINUTE_MS) / stepMs);
    const [first, last] = [Math.floor(from / stepMs), Math.floor(to / stepMs)];
    const known = this.cells(now);
    // Of a queue in which nothing happened for so long nothing else is known.
    const cells = withNow(known, stand, now);
    const earlier = cells.filter(([minute]) => stepOf(minute) < first);
    let stood = endOf(known.length === 0 ? cells[0]?.[1] : earlier.at(-1)?.[1]);
    const points = Array.from({ length: last - first + 1 }, (_, nth): DepthPoint => {
      const own = cells.filter(([minute]) => stepOf(minute) === first + nth);
      const point = own.reduce<DepthPoint>((all, [, cell]) => joined(all, cell), stood);
      if (own.length > 0) stood = endOf(own.at(-1)?.[1]);
      return point;
    });
    return { from: first * stepMs, stepMs, points };
  }

  /** All that is known, oldest first. */
  private cells(now: number): DepthCells {
    const today = Math.floor(now / DAY_MS);
    const cells = new Map<number, Cell>();
    for (let day = today - DEPTH_DAYS_KEPT; day <= today; day++)
      for (const [minute, cell] of cellsOf(this.rows.readDepth(day))) cells.set(minute, cell);
    for (const [minute, cell] of this.open) cells.set(minute, cell);
    return [...cells].toSorted(([a], [b]) => a - b);
  }
}

/** How it stands until the next minute in which something happens. */
function endOf(cell: Cell | undefined): DepthPoint {
  return cell ? [cell[5], cell[6], 0, 0, 0] : [0, 0, 0, 0, 0];
}

function dayOf(minute: number): number {
  return Math.floor(minute / MINUTES_A_DAY);
}

function cellsOf(text: string | undefined): DepthCells {
  return text === undefined ? [] : parseOwn<DepthCells>(text);
}

function waited({ nextSentAt }: Stand, at: number): number {
  return nextSentAt === undefined ? 0 : Math.max(0, at - nextSentAt);
}

/** The most of two, and all that came and went. */
function joined(a: DepthPoint | Cell, b: DepthPoint | Cell): DepthPoint {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2]), a[3] + b[3], a[4] + b[4]];
}

/** With this minute as it is now: time alone has changed something since the last fact, perhaps. */
function withNow(cells: DepthCells, stand: Stand, now: number): DepthCells {
  const minute = Math.floor(now / MINUTE_MS);
  const { ready, inFlight } = stand;
  const point: DepthPoint = [ready, inFlight, waited(stand, now), 0, 0];
  const last = cells.at(-1);
  const cell = last?.[0] === minute ? joined(last[1], point) : point;
  return [...cells.filter(([nth]) => nth < minute), [minute, [...cell, ready, inFlight]]];
}
