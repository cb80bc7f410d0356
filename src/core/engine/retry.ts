import type { RetryPolicy, Step } from "../fdl/flow.ts";
import { hash } from "../text.ts";
import { SECOND_MS } from "../time.ts";
import { isDepthExceeded, matchesError } from "./error-names.ts";

const HASHES = 2 ** 32;

/**
 * The first policy that knows the error decides; its retries are counted by itself (spec: FDL section 6.2). `path` is
 * the step's, and spreads the pauses where a policy has jitter.
 */
export function nextRetry(
  step: Step,
  used: readonly number[],
  error: string,
  now: number,
  path: string,
): { policy: number; at: number } | undefined {
  // Each level would start all below it again: its retries to the power of the levels.
  if (isDepthExceeded(error)) return undefined;
  const policies = "retry" in step ? step.retry : [];
  const policy = policies.findIndex(({ errors }) => matchesError(errors, error));
  const found = policies[policy];
  const retries = used[policy] ?? 0;
  if (!found || retries >= found.maxAttempts) return undefined;
  return { policy, at: now + pauseMs(found, retries + 1, path) };
}

/** Pause before retry n (from 1); jitter makes it shorter, by a part that is the same whenever it is asked for. */
function pauseMs(policy: RetryPolicy, n: number, path: string): number {
  // Nothing times anything is nothing, also where the power has no number any more.
  const grown = policy.intervalSeconds === 0 ? 0 : policy.intervalSeconds * policy.multiplier ** (n - 1);
  const part = policy.jitter === 0 ? 0 : policy.jitter * (hash(`${path} ${n}`) / HASHES);
  return Math.round(Math.min(policy.maxIntervalSeconds, grown) * (1 - part) * SECOND_MS);
}
