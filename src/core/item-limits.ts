/** Runs of indexes that one change of an open foreach names: what it remembers of them lies in memory. */
export const ITEM_RUNS_MAX = 1000;
