/** Names one attempt of one task of an execution. */
export interface TaskAttempt {
  readonly path: string;
  readonly attempt: number;
}

/** The same from outside: what a task token carries. */
export interface TaskRef extends TaskAttempt {
  /** Name of the execution's object. */
  readonly execution: string;
}
