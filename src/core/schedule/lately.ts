import { LATELY_CELLS, LATELY_CELL_MS } from "../night-limits.ts";
import { type Judged, type Judgement, JUDGEMENTS, judge } from "./judgement.ts";
import type { Firing } from "./schedule.ts";

/**
 * How firings of the last two days went, by half hours. It is kept with a schedule's state, which is written with each
 * firing anyway: what fires each minute needs no rows to be read when somebody asks how the night was.
 */
export interface Lately {
  /** All firings from this instant on are counted here. */
  readonly since: number;
  /** The first cell's half hour, counted from 1970. */
  readonly first: number;
  /** A cell each half hour, with commas between them: `w28l2` are 28 that went well and two late ones. */
  readonly cells: string;
}

/** Of a ledger that counted nothing yet, from what it knows without reading: its newest firings. */
export function latelyOf(tail: readonly Firing[], isAll: boolean): Lately {
  // What has the same instant as the first of them may lie elsewhere.
  const since = isAll ? 0 : (tail[0]?.at ?? Number.MAX_SAFE_INTEGER - 1) + 1;
  return tail.reduce((lately, firing) => recounted(lately, firing, 1), { since, first: 0, cells: "" });
}

/** With one more firing, or with one less that was counted before. */
export function recounted(lately: Lately, firing: Firing, change: 1 | -1): Lately {
  if (firing.at < lately.since) return lately;
  const cell = cellOf(firing.at);
  const widened = withCell(lately, cell);
  const place = cell - widened.first;
  // Older than all that there is room for.
  if (place < 0) return widened;
  const cells = widened.cells.split(",");
  cells[place] = recount(cells[place] ?? "", judge(firing), change);
  return { ...widened, cells: cells.join(",") };
}

export interface LatelyCell {
  readonly at: number;
  readonly judged: Judged;
}

/** The half hours that lie in a time or touch it, oldest first; undefined when not all of it is counted. */
export function latelyIn(lately: Lately | undefined, from: number, to: number): LatelyCell[] | undefined {
  if (!lately || from < lately.since) return undefined;
  return lately.cells
    .split(",")
    .map((text, place) => ({ at: (lately.first + place) * LATELY_CELL_MS, judged: judgedIn(text) }))
    .filter(({ at, judged }) => at + LATELY_CELL_MS > from && at <= to && Object.keys(judged).length > 0);
}

/** The begin of the half hour that an instant lies in. */
export function latelyCellAt(at: number): number {
  return cellOf(at) * LATELY_CELL_MS;
}

function cellOf(at: number): number {
  return Math.floor(at / LATELY_CELL_MS);
}

/** With room for a cell; what is too old for the newest one is forgotten. */
function withCell(lately: Lately, cell: number): Lately {
  if (lately.cells === "") return { ...lately, first: cell };
  const cells = lately.cells.split(",");
  const last = Math.max(lately.first + cells.length - 1, cell);
  const first = Math.max(Math.min(lately.first, cell), last - LATELY_CELLS + 1);
  if (first === lately.first && last < lately.first + cells.length) return lately;
  const kept = Array.from(
    { length: last - first + 1 },
    (_, place) => cells[first + place - lately.first] ?? "",
  );
  const isCut = first > Math.min(lately.first, cell);
  const since = isCut ? Math.max(lately.since, first * LATELY_CELL_MS) : lately.since;
  return { since, first, cells: kept.join(",") };
}

const LETTERS: Readonly<Record<Judgement, string>> = {
  failed: "f",
  missed: "m",
  late: "l",
  running: "r",
  waiting: "q",
  stopped: "x",
  well: "w",
  skipped: "s",
  paused: "p",
};
const OF_LETTER = new Map(JUDGEMENTS.map((judgement) => [LETTERS[judgement], judgement]));

function judgedIn(text: string): Judged {
  const judged: Judged = {};
  for (const [, letter = "", count] of text.matchAll(/([a-z])(\d+)/g)) {
    const judgement = OF_LETTER.get(letter);
    if (judgement) judged[judgement] = Number(count);
  }
  return judged;
}

function recount(text: string, judgement: Judgement, change: number): string {
  const judged = judgedIn(text);
  judged[judgement] = (judged[judgement] ?? 0) + change;
  return JUDGEMENTS.map((one) => {
    const count = judged[one] ?? 0;
    return count > 0 ? `${LETTERS[one]}${count}` : "";
  }).join("");
}
