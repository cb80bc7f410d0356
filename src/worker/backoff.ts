import {
  BACKOFF_FIRST_MS,
  BACKOFF_MAX_MS,
  MISSING_QUEUE_MS,
  REFUSED_KEY_MS,
  RETRY_AFTER_MIN_MS,
} from "./limits.ts";
import type { Outcome } from "./wire.ts";

const RETRY_AFTER_STATUS: ReadonlySet<number> = new Set([429, 503]);
const KEY_STATUS: ReadonlySet<number> = new Set([401, 403]);

/** How long to leave a service alone that did not answer; anew after an answer. */
export class Backoff {
  private next = BACKOFF_FIRST_MS;
  private readonly random: () => number;

  /** `random` gives 0 to 1: workers that lost the service together must not come back together. */
  constructor(random: () => number = Math.random) {
    this.random = random;
  }

  succeeded(): void {
    this.next = BACKOFF_FIRST_MS;
  }

  /** Milliseconds until the next try. */
  failed(outcome: Exclude<Outcome<unknown>, { kind: "answer" }>): number {
    if (outcome.kind === "refused") {
      const { status, retryAfterSeconds } = outcome;
      if (KEY_STATUS.has(status)) return REFUSED_KEY_MS;
      if (status === 404) return MISSING_QUEUE_MS;
      if (retryAfterSeconds !== undefined && RETRY_AFTER_STATUS.has(status)) {
        const asked = Math.max(retryAfterSeconds * 1000, RETRY_AFTER_MIN_MS);
        return asked + (asked / 2) * this.random();
      }
    }
    const whole = this.next;
    this.next = Math.min(whole * 2, BACKOFF_MAX_MS);
    return whole / 2 + (whole / 2) * this.random();
  }
}
