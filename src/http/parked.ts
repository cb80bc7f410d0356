import { given } from "../core/given.ts";
import type { ShownParking } from "../core/machine.ts";
import { withTimes } from "./times.ts";

/** What is parked, as a head shows it. */
export function toParked(parked: readonly ShownParking[] | undefined) {
  if (!parked) return {};
  return {
    parked: parked.map(({ kind, id, at, tries, reason, retryAt }) =>
      withTimes({ kind, id, reason, ...given({ at, tries, retryAt }) }),
    ),
  };
}
