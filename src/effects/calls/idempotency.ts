import type { TaskCall } from "../../core/engine/tasks.ts";
import { type Result, reject } from "../../core/result.ts";

/**
 * The `Idempotency-Key` of a call: the same for all repeats of an attempt, or, with the parameter `Idempotency: visit`,
 * for all attempts of a visit of the step, so that a retry is known to be one by whoever is called.
 */
export function idempotencyKey(
  execution: string,
  { path, attempt, params }: TaskCall,
): Result<{ key: string }> {
  const { Idempotency: each = "attempt" } = params;
  // A path names one visit of its step: later rounds have paths of their own.
  if (each === "visit") return { ok: true, key: `${execution}/${path}` };
  if (each === "attempt") return { ok: true, key: `${execution}/${path}/${attempt}` };
  return reject("InvalidArgument", "serviceParams.Idempotency must be visit or attempt");
}
