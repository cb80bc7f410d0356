/** Iterations; `failed` are those that were tolerated, `skipped` those left out, and `running` is only shown. */
export type ItemCounts = {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped?: number;
  readonly running?: number;
};
