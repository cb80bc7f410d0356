import { given } from "../core/given.ts";
import { PageBudget } from "../core/page-budget.ts";
import type { LeftOut } from "../service/ask-for-list.ts";

interface Page<T> {
  readonly items: readonly T[];
  /** Asks for what is behind the page. */
  readonly cursor?: string | undefined;
  readonly leftOut?: readonly LeftOut[] | undefined;
}

/** As much of a page as may be answered at once, as it is shown; `cursorOf` asks for what is behind an entry. */
export function fitPage<T>(
  { items, cursor, leftOut }: Page<T>,
  cursorOf: (entry: T) => string,
  show: (entry: T) => object,
) {
  const budget = new PageBudget();
  const shown: object[] = [];
  let last: T | undefined;
  for (const item of items) {
    const entry = show(item);
    if (!budget.takes({ entry, lookedAt: 0 }))
      return { items: shown, ...given({ cursor: last && cursorOf(last), leftOut }) };
    shown.push(entry);
    last = item;
  }
  return { items: shown, ...given({ cursor, leftOut }) };
}

/** Of lists by name. */
export function nameOf({ name }: { readonly name: string }): string {
  return name;
}
