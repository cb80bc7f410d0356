import type { Execution } from "../engine/contract.ts";
import type { ExecutionStore } from "../engine/kept/store.ts";
import type { EventType, HistoryEvent } from "./event.ts";
import { PageBudget, type PageEntry } from "../page-budget.ts";
import { type TokenMark, renderRow } from "./render.ts";

export interface HistoryQuery {
  /** Events with higher ids than this. */
  readonly after: number;
  readonly limit: number;
  readonly type?: EventType;
  /** A step's name, or a step path. */
  readonly step?: string;
}

export interface HistoryPage {
  readonly events: readonly HistoryEvent[];
  /** `after` of the next page; absent when there are no more events now. */
  readonly next?: number;
}

/** Events a filtered page looks at before it is handed out, however few it found. */
const LOOKED_AT_MAX = 20_000;

/** Makes an event fit to be shown. */
export type Abridge = (event: HistoryEvent) => PageEntry<HistoryEvent>;

const asItIs: Abridge = (event) => ({ entry: event, lookedAt: 0 });

/** A page of history. What it costs depends on the page, not on the execution. */
export function readHistory(
  execution: Execution,
  store: ExecutionStore,
  query: HistoryQuery,
  mark: TokenMark,
  abridge: Abridge = asItIs,
): HistoryPage {
  const last = execution.state.head.nextEvent - 1;
  const events: HistoryEvent[] = [];
  const budget = new PageBudget();
  let id = query.after;
  for (const event of eventsAfter(execution, store, query.after, mark)) {
    if (events.length >= query.limit || event.eventId > query.after + LOOKED_AT_MAX)
      return { events, next: id };
    if (matches(event, query)) {
      const shown = abridge(event);
      if (!budget.takes(shown)) return { events, next: id };
      events.push(shown.entry);
    }
    id = event.eventId;
  }
  return id < last ? { events, next: id } : { events };
}

function* eventsAfter(
  execution: Execution,
  store: ExecutionStore,
  after: number,
  mark: TokenMark,
): Generator<HistoryEvent> {
  const first = store.findMark("event", after + 1);
  for (let seq = first?.seq ?? 1; ; seq++) {
    const row = store.readRow(seq);
    if (!row) return;
    yield* renderRow(execution, row, after + 1, execution.state.head.nextEvent, mark);
  }
}

function matches({ type, stepName, stepPath }: HistoryEvent, query: HistoryQuery): boolean {
  if (query.type !== undefined && type !== query.type) return false;
  return query.step === undefined || query.step === stepName || query.step === stepPath;
}
