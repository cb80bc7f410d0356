import type { RetryPolicy, Step } from "../fdl/flow.ts";
import { SECOND_MS } from "../time.ts";
import { matchesError } from "./error-names.ts";

/** The first policy that knows the error decides; its retries are counted by itself (spec: FDL section 6.2). */
export function nextRetry(
  step: Step,
  used: readonly number[],
  error: string,
  now: number,
): { policy: number; at: number } | undefined {
  const policies = "retry" in step ? step.retry : [];
  const policy = policies.findIndex(({ errors }) => matchesError(errors, error));
  const found = policies[policy];
  const retries = used[policy] ?? 0;
  if (!found || retries >= found.maxAttempts) return undefined;
  return { policy, at: now + retryDelayMs(found, retries + 1) };
}

/** Pause before retry n (from 1). */
export function retryDelayMs(policy: RetryPolicy, n: number): number {
  const grown = policy.intervalSeconds * policy.multiplier ** (n - 1);
  return Math.round(Math.min(policy.maxIntervalSeconds, grown) * SECOND_MS);
}
