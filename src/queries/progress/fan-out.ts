import type { FanLimits } from "../../core/engine/state/fan-end.ts";
import { NO_RUNS, type Runs } from "../../core/engine/state/runs.ts";
import { writeRuns } from "./runs.ts";

/** What became of an iteration, as a letter: not started, running, waiting for a retry, succeeded, failed, stopped, skipped. */
export type IterationLetter = "." | "r" | "y" | "s" | "f" | "x" | "k";

/** What became of the visits of a step: how many run, wait for a retry, succeeded, failed, were stopped. */
export type VisitCounts = readonly [
  running: number,
  retrying: number,
  succeeded: number,
  failed: number,
  stopped: number,
];

/** Where a visit is counted. */
export const COUNTED = { Running: 0, Retrying: 1, Succeeded: 2, Failed: 3, TimedOut: 3, Stopped: 4 } as const;
export type StepState = keyof typeof COUNTED;

/** The iterations of one foreach, a letter each, and the visits of the steps inside, counted over all iterations. */
export class FanOut {
  private readonly letters: Uint8Array;
  private readonly counts = new Map<string, number[]>();
  /** What somebody changed of it. */
  limits: FanLimits | undefined;
  /** Failures that wait to be tried again. */
  again: Runs = NO_RUNS;

  /** With `todo` the others have succeeded before. */
  constructor(count: number, todo?: Runs) {
    this.letters = new Uint8Array(count).fill((todo ? "s" : ".").charCodeAt(0));
    for (const [first, length] of todo ?? []) this.letters.fill(".".charCodeAt(0), first, first + length);
  }

  get count(): number {
    return this.letters.length;
  }

  letterOf(index: number): IterationLetter {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `mark` alone writes there
    return String.fromCharCode(this.letters[index] ?? 0) as IterationLetter;
  }

  mark(index: number, letter: IterationLetter): void {
    this.letters[index] = letter.charCodeAt(0);
  }

  /** `path` is the step's inside an iteration; without `from` the visit begins. */
  move(path: string, from: StepState | undefined, to: StepState): void {
    const counts = this.counts.get(path) ?? [0, 0, 0, 0, 0];
    this.counts.set(path, counts);
    if (from !== undefined) counts[COUNTED[from]] = (counts[COUNTED[from]] ?? 0) - 1;
    counts[COUNTED[to]] = (counts[COUNTED[to]] ?? 0) + 1;
  }

  body(): Record<string, VisitCounts> {
    const body: Record<string, VisitCounts> = {};
    for (const [path, [a = 0, b = 0, c = 0, d = 0, e = 0]] of this.counts) body[path] = [a, b, c, d, e];
    return body;
  }

  /** All letters, each with how often it comes in a row, if more than once: `s120fs3.`. */
  runs(): string {
    return writeRuns(this.letters);
  }
}
