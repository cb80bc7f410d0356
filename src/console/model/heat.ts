import type { State } from "./states.ts";

/** A letter for each iteration, as a snapshot has them. */
const STATE_OF: Readonly<Record<string, State>> = {
  f: "failed",
  y: "retrying",
  r: "running",
  x: "stopped",
  k: "skipped",
  ".": "pending",
  s: "succeeded",
};

/** Of several iterations in one cell the worst shows: trouble first, then what goes on, and what is well last. */
const BADNESS = "s.kxryf";

export function stateOfLetter(letter: string): State {
  return STATE_OF[letter] ?? "pending";
}

export interface Heat {
  /** One letter for each cell. */
  readonly cells: string;
  /** How many iterations one cell stands for. */
  readonly perCell: number;
}

/** Bins iterations into so many cells at the most; `states` has a letter for each iteration. */
export function heatOf(states: string, most: number): Heat {
  const perCell = niceSize(states.length / Math.max(1, most));
  if (perCell === 1) return { cells: states, perCell };
  let cells = "";
  for (let at = 0; at < states.length; at += perCell) cells += worst(states.slice(at, at + perCell));
  return { cells, perCell };
}

/** The smallest of 1, 2, 5, 10, 20, 50 ... that is large enough. */
function niceSize(needed: number): number {
  let power = 1;
  for (;;) {
    for (const factor of [1, 2, 5]) if (factor * power >= needed) return factor * power;
    power *= 10;
  }
}

function worst(letters: string): string {
  let found = 0;
  for (const letter of letters) found = Math.max(found, BADNESS.indexOf(letter));
  return BADNESS[found] ?? ".";
}

/** `s120fs30` written out: a letter, and how often if more than once. */
export function expandRuns(runs: string): string {
  return runs.replaceAll(/([a-z.])(\d+)/g, (_, letter: string, times: string) =>
    letter.repeat(Number(times)),
  );
}

export type Counts = Readonly<Partial<Record<State, number>>>;

export function countStates(states: string): Counts {
  const counts: Partial<Record<State, number>> = {};
  for (const letter of states) {
    const state = stateOfLetter(letter);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

/** Indexes of all iterations in one of these states. */
export function indexesIn(states: string, letters: string): number[] {
  const found: number[] = [];
  for (let at = 0; at < states.length; at += 1) if (letters.includes(states[at] ?? "")) found.push(at);
  return found;
}
