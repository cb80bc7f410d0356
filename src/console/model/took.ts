/** How far a bar of a duration reaches, and where its usual length is marked, as parts of the whole. */
export interface TookParts {
  readonly filled: number;
  readonly mark?: number;
}

/** The mark leaves room behind it for what takes longer. */
const MARK_AT = 0.6;

/** Against the usual one the bar is full when it takes so much longer; without one there is nothing to tell. */
export function tookParts(tookMs: number, usualMs: number | undefined): TookParts | undefined {
  if (usualMs === undefined || usualMs <= 0) return undefined;
  return { filled: Math.min(1, (tookMs / usualMs) * MARK_AT), mark: MARK_AT };
}
