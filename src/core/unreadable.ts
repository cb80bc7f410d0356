import { type Rejection, messageOf, reject } from "./result.ts";

const NAME = "RecordUnreadable";

/**
 * What an object is cannot be read, so it can be asked nothing; it can be deleted. Calls between objects carry nothing of
 * an error but its message, so that is where it is known by (`unreadableIn`).
 */
export class UnreadableError extends Error {
  constructor(what: string, cause: unknown) {
    super(`${NAME}: what is stored of ${what} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** What an error tells that is one of those, in words for people. */
export function unreadableIn(error: unknown): string | undefined {
  const message = messageOf(error);
  const at = message.indexOf(`${NAME}: `);
  return at < 0 ? undefined : message.slice(at + NAME.length + 2);
}

/** The same as an answer, and what helps. */
export function refuseUnreadable(error: UnreadableError): Rejection;
export function refuseUnreadable(error: unknown): Rejection | undefined;
export function refuseUnreadable(error: unknown): Rejection | undefined {
  const told = unreadableIn(error);
  return told === undefined
    ? undefined
    : reject(NAME, `${told}: delete it, or put its database back from a copy`);
}

/** Reads what an object is; whatever goes wrong is its record's fault. */
export function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnreadableError ? error : new UnreadableError(what, error);
  }
}
