import {
  PUSH_BACKOFF_MS,
  PUSH_BACKOFF_RETRIES,
  PUSH_EXPONENTIAL_LAST_MS,
  PUSH_GIVE_UP_MS,
} from "../limits.ts";
import { hash } from "../text.ts";
import { SECOND_MS } from "../time.ts";
import type { NotifyStrategy } from "./topic.ts";

/** A notification that was not taken: when it is tried again, in milliseconds; undefined when it is given up. */
export type Retry = (id: string, tries: number) => number | undefined;

/** One row for each strategy; `tries` counts from 0. */
const RETRIES: { readonly [S in NotifyStrategy]: Retry } = {
  /** A few times, half a minute at the most between them; spread, so that many do not come back at once. */
  backoff: (id, tries) =>
    tries < PUSH_BACKOFF_RETRIES ? PUSH_BACKOFF_MS + (hash(`${id} ${tries}`) % PUSH_BACKOFF_MS) : undefined,
  /** After 1, 2, 4 seconds and so on. */
  exponential: (_, tries) => Math.min(SECOND_MS * 2 ** Math.min(tries, 20), PUSH_EXPONENTIAL_LAST_MS),
};

/** The pause before the next try of a notification that was asked for then; undefined when it is given up. */
export function pauseBefore(
  strategy: NotifyStrategy,
  id: string,
  tries: number,
  since: number,
  now: number,
): number | undefined {
  return now - since >= PUSH_GIVE_UP_MS ? undefined : RETRIES[strategy](id, tries);
}
