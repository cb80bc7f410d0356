import type { ExecutionEntry } from "../core/flow/flow.ts";
import type { FlowMachine } from "../core/flow/flow-machine.ts";
import type { ExecutionsPage, ExecutionsQuery } from "../core/objects.ts";
import { own } from "../core/json.ts";
import { PageBudget } from "../core/page-budget.ts";

/** Rows a page looks at before it is handed out, however few it found. */
const LOOKED_AT_MAX = 5000;

/** A flow's executions, newest first; undefined when there is no such flow. */
export function readExecutions(machine: FlowMachine, query: ExecutionsQuery): ExecutionsPage | undefined {
  const { flow } = machine;
  if (!flow) return undefined;
  const { limit, before, from = 0, to } = query;
  const bounds = { ...(before !== undefined && { before }), ...(to !== undefined && { to }) };
  const items: ExecutionEntry[] = [];
  const budget = new PageBudget(query.pageSize);
  let last: ExecutionsPage["last"];
  let lookedAt = 0;
  for (const entry of machine.executions(flow.generation, bounds)) {
    // Start times only go back from here.
    if (entry.startedAt < from) break;
    const isWanted = matches(entry, query);
    // A page is followed by another one only if there is something to put on it, as far as was looked.
    const hasRoom = !isWanted || (items.length < limit && budget.takes({ entry, lookedAt: 0 }));
    if (last && (!hasRoom || lookedAt >= LOOKED_AT_MAX)) return { items, last };
    if (isWanted) items.push(entry);
    last = { number: entry.number, startedAt: entry.startedAt };
    lookedAt++;
  }
  return { items };
}

function matches(
  { name, status, startedAt, startedBy, labels, paused, callbacks }: ExecutionEntry,
  wanted: ExecutionsQuery,
): boolean {
  const { prefix = "", to = Number.POSITIVE_INFINITY, label } = wanted;
  if (!name.startsWith(prefix) || startedAt > to) return false;
  if ((wanted.status ?? status) !== status || (wanted.startedBy ?? startedBy) !== startedBy) return false;
  if ((wanted.paused ?? paused !== undefined) !== (paused !== undefined)) return false;
  if ((wanted.callbacks ?? callbacks !== undefined) !== (callbacks !== undefined)) return false;
  return label === undefined || (labels !== undefined && own(labels, label.key) === label.value);
}
