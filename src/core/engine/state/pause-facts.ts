/** Nothing new is dispatched. Another one while it is paused takes the place of what was said before. */
export interface ExecutionPaused {
  readonly type: "executionPaused";
  readonly by: string;
  readonly reason?: string;
  /** It goes on by itself then. */
  readonly until?: number;
}

export interface ExecutionResumed {
  readonly type: "executionResumed";
  /** Absent: its pause was to last until then. */
  readonly by?: string;
}
