/** Of an execution that ends as it begins, since its start waited in vain. */
export interface VainStart {
  readonly type: "executionFailed" | "executionStopped";
  readonly error: string;
  readonly cause: string;
}
