import type { StepStatus, StepView, StepsPage, StepsQuery } from "../core/execution-views.ts";
import { PageBudget } from "../core/page-budget.ts";
import { ITEMS_SEARCHED_MAX } from "../core/view-limits.ts";
import { abridgeStep } from "./references.ts";

/**
 * Takes `limit` things from position `from`, or as many as a page has room for; `view` gives undefined for what the query
 * leaves out.
 */
export function page(
  query: StepsQuery,
  total: number,
  view: (position: number) => StepView | undefined,
): StepsPage {
  const { from, limit } = query;
  const items: StepView[] = [];
  const budget = new PageBudget();
  for (let position = from; position < total; position++) {
    if (items.length >= limit || position - from >= lookedAt(query)) return { items, next: position };
    const whole = view(position);
    if (!whole) continue;
    const item = abridgeStep(whole);
    if (!budget.takes(item)) return { items, next: position };
    items.push(item.entry);
  }
  return { items };
}

/** How many entries a page looks at, at the most. */
export function lookedAt({ status, contains, limit }: StepsQuery): number {
  if (contains !== undefined) return ITEMS_SEARCHED_MAX;
  return status === undefined ? limit : Number.POSITIVE_INFINITY;
}

export function matches(status: StepStatus, wanted: StepStatus | undefined): boolean {
  return wanted === undefined || status === wanted;
}
