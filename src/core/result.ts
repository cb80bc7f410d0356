/** A refused command: a value, never thrown. `code` is for programs, `detail` says to a person what to do. */
export interface Rejection {
  readonly ok: false;
  readonly code: string;
  readonly detail: string;
}

export type Result<T> = ({ readonly ok: true } & T) | Rejection;

export function reject(code: string, detail: string): Rejection {
  return { ok: false, code, detail };
}

/** What a caught value says; anything can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For our own bugs only: what a caller can cause is a rejection. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${message}`);
}
