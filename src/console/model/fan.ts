import type { ForeachState } from "../api/types.ts";

/** What is changed of a foreach while it runs, and how the API and the command line name it. */

export type Limits = NonNullable<ForeachState["limits"]>;
export type Tolerance = NonNullable<Limits["tolerance"]>;

/** Indexes that follow each other: [first, count]. */
export type Run = readonly [number, number];

/** `3,17-20`, as the command line has them. */
export function writeRuns(runs: readonly Run[]): string {
  return runs.map(([first, count]) => (count === 1 ? `${first}` : `${first}-${first + count - 1}`)).join(",");
}

const SHARE = /^(\d{1,3}(?:\.\d+)?)\s*%$/;

/** `5` or `10%`; undefined of anything else. */
export function readTolerance(text: string, most: number): number | { percentage: number } | undefined {
  const [, share] = SHARE.exec(text.trim()) ?? [];
  if (share !== undefined) return Number(share) <= 100 ? { percentage: Number(share) } : undefined;
  if (!/^\d{1,6}$/.test(text.trim()) || Number(text) > most) return undefined;
  return Number(text);
}

/** As it is typed; of both bounds the share, which says more of many items. */
export function writeTolerance({ count, percentage }: Tolerance): string {
  return percentage === undefined ? String(count ?? 0) : `${percentage}%`;
}
