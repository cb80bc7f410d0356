/** Who holds something up, why, and since when, in epoch milliseconds. */
export interface Pause {
  readonly at: number;
  readonly by: string;
  readonly reason?: string;
}
