/** Iterations; `failed` are those that were tolerated, and `running` is only shown. */
export type ItemCounts = {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly running?: number;
};
