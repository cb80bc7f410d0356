import type { Firing } from "./schedule.ts";

/**
 * What a firing is to somebody who asks whether all went well, the worst first. `missed`: nothing ran that should have;
 * `late`: a promise was broken, or it was caught up, whether it runs yet or has ended; `stopped`: by hand; `waiting`: for
 * the one before; `paused` and `skipped`: somebody wanted nothing to run.
 */
export const JUDGEMENTS = [
  "failed",
  "missed",
  "late",
  "running",
  "waiting",
  "stopped",
  "well",
  "skipped",
  "paused",
] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

/** How many are what; what there is none of is left out. */
export type Judged = Partial<Record<Judgement, number>>;

/** What of a firing decides how it went. */
export interface Judgeable {
  readonly verdict: Firing["verdict"];
  readonly firedBy: string;
  readonly executionStatus?: Firing["executionStatus"] | undefined;
  readonly missedStart?: boolean | undefined;
  readonly missedEnd?: boolean | undefined;
}

const NOT_STARTED: Readonly<Record<Exclude<Firing["verdict"], "started">, Judgement>> = {
  expired: "missed",
  skippedOverlap: "missed",
  bufferFull: "missed",
  failedToStart: "missed",
  buffered: "waiting",
  excluded: "skipped",
  skipped: "skipped",
  paused: "paused",
};

const UNWELL: ReadonlySet<Judgement> = new Set(["failed", "missed", "late"]);

/** How a firing went, as far as it is known. */
export function judge(firing: Judgeable): Judgement {
  const { verdict, firedBy, executionStatus: status, missedStart = false, missedEnd = false } = firing;
  if (verdict !== "started") return NOT_STARTED[verdict];
  if (status === "Failed" || status === "TimedOut") return "failed";
  if (status === "Stopped") return "stopped";
  if (missedStart || missedEnd || firedBy === "catchUp") return "late";
  return status === "Succeeded" ? "well" : "running";
}

/** Whether somebody should know of it. */
export function isUnwell(judgement: Judgement): boolean {
  return UNWELL.has(judgement);
}

/** The worst that there is any of; `well` when there is nothing. */
export function worstOf(judged: Judged): Judgement {
  return JUDGEMENTS.find((one) => (judged[one] ?? 0) > 0) ?? "well";
}

/** From the worst on: for lists with problems first. */
export function rankOf(judgement: Judgement): number {
  return JUDGEMENTS.indexOf(judgement);
}

/** So many more of one. */
export function counted(judged: Judged, judgement: Judgement, more = 1): Judged {
  return { ...judged, [judgement]: (judged[judgement] ?? 0) + more };
}

export function sumOf(judged: Judged): number {
  return Object.values(judged).reduce((sum, count) => sum + count, 0);
}
