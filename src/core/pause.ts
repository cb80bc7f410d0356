/** Who holds something up, why, and since when, in epoch milliseconds. */
export type Pause = {
  readonly at: number;
  readonly by: string;
  readonly reason?: string;
};

/** Of an execution; it ends by itself at `until`. */
export type ExecutionPause = Pause & { readonly until?: number };
