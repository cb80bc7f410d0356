import type { IterationCounts } from "../core/engine/state/fan-end.ts";
import type { StepView } from "../core/execution-views.ts";
import type { HistoryEvent } from "../core/history/event.ts";
import { given } from "../core/given.ts";
import { type Json, isJsonObject, own } from "../core/json.ts";

/** Parts of what a step shows. */

/** An iteration's item: it lies in the input of its first event. */
export function itemOf(event: HistoryEvent | undefined, key: string): Json | undefined {
  const { input = null } = event?.detail ?? {};
  return isJsonObject(input) ? own(input, key) : undefined;
}

export function iterationCounts(
  [total, started, succeeded, failed = 0, skipped]: IterationCounts,
  running: number,
): NonNullable<StepView["iterations"]> {
  return { total, started, running, succeeded, failed, ...given({ skipped }) };
}

export function pick(detail: HistoryEvent["detail"] | undefined, ...keys: ("output" | "error" | "cause")[]) {
  const found = keys.flatMap((key) => (detail?.[key] === undefined ? [] : [[key, detail[key]] as const]));
  return Object.fromEntries(found) as Pick<StepView, "output" | "error" | "cause">;
}
