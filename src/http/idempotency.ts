import { toBase64Url, utf8 } from "../auth/bytes.ts";
import { nameFrom } from "../service/execution-calls.ts";
import { ProblemError } from "./problem.ts";

export const IDEMPOTENCY_KEY = /^[!-~]{1,255}$/;

/**
 * The name of a start: the one that was given, one made from an `Idempotency-Key`, or a new one. The start's id is the
 * same for a repeat of the same request only, so a repeat finds its own execution and anything else is told apart.
 */
export async function startName(
  headers: Headers,
  given: string | undefined,
  body: unknown,
  scope = "",
): Promise<{ name: string; startId: string; isKeyed: boolean }> {
  const key = headers.get("idempotency-key");
  if (key !== null && !IDEMPOTENCY_KEY.test(key)) {
    throw new ProblemError(
      "InvalidRequest",
      "Idempotency-Key must be 1 to 255 printable characters without spaces",
    );
  }
  if (key === null || given !== undefined) {
    const id = crypto.randomUUID();
    return { name: given ?? nameFrom(id), startId: id, isKeyed: false };
  }
  return {
    name: `idem-${await digest(`${scope} ${key}`)}`,
    startId: await digest(JSON.stringify(body)),
    isKeyed: true,
  };
}

export function idempotencyConflict(): ProblemError {
  return new ProblemError(
    "IdempotencyConflict",
    "this Idempotency-Key came with another body before: use a new one",
  );
}

async function digest(text: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text)), 0, 18));
}
