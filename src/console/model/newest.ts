import type { ExecutionSummary } from "../api/types.ts";

/** The first of a list that run, as far as the list knows: `FLOW/EXECUTION,...`; undefined when none does. */
export function runningOf(items: readonly ExecutionSummary[], most: number): string | undefined {
  const running = items.filter(({ status }) => status === "Running").slice(0, most);
  return running.length === 0 ? undefined : running.map(keyOf).join(",");
}

/** A list with what is known since of its executions that run: how far they are, and their ends. */
export function withNewest<T extends ExecutionSummary>(
  items: readonly T[],
  newest: readonly ExecutionSummary[],
): readonly T[] {
  const known = new Map(newest.map((summary) => [keyOf(summary), summary]));
  return items.map((item) => {
    const now = known.get(keyOf(item));
    return now && item.status === "Running" ? { ...item, ...now } : item;
  });
}

function keyOf({ flow, name }: ExecutionSummary): string {
  return `${flow}/${name}`;
}
