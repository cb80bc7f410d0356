import { messageOf } from "./core/result.ts";

const TRIES = 3;
const FIRST_PAUSE_MS = 50;

/** The object cannot take more work now: the caller must come back later, retrying here would make it worse. */
export class OverloadedError extends Error {}

interface RemoteFailure extends Partial<Error> {
  readonly overloaded?: boolean;
  readonly retryable?: boolean;
  readonly durableObjectReset?: boolean;
}

/**
 * Calls an object. After a failure of the way there, or of the object's process, it is called again with a fresh stub:
 * an old one keeps failing after a reset. So `call` must be harmless to repeat.
 */
export async function callObject<T, R>(stub: () => T, call: (object: T) => Promise<R>): Promise<R> {
  for (let tried = 1; ; tried++) {
    try {
      return await call(stub());
    } catch (error) {
      const { overloaded }: RemoteFailure = error instanceof Error ? error : {};
      if (overloaded) throw new OverloadedError(messageOf(error));
      if (tried >= TRIES || !isPassing(error)) throw error;
      await scheduler.wait(FIRST_PAUSE_MS * 2 ** tried);
    }
  }
}

/** A failure of the way to an object, or of its process: the next call may do better. */
export function isPassing(error: unknown): boolean {
  const { retryable = false, durableObjectReset = false }: RemoteFailure =
    error instanceof Error ? error : {};
  return retryable || durableObjectReset;
}
