/** Another number of iterations may run at once, for this visit of a foreach. */
export interface FanAdjusted {
  readonly type: "fanAdjusted";
  readonly frame: string;
  readonly concurrency: number;
}
