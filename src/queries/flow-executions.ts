import type { FlowMachine } from "../core/flow/flow-machine.ts";
import type { ExecutionsPage, ExecutionsQuery } from "../core/objects.ts";

/** Rows a page looks at before it is handed out, however few it found. */
const LOOKED_AT_MAX = 5000;

/** A flow's executions, newest first; undefined when there is no such flow. */
export function readExecutions(machine: FlowMachine, query: ExecutionsQuery): ExecutionsPage | undefined {
  const { flow } = machine;
  if (!flow) return undefined;
  const { limit, cursor, status, prefix = "", from = 0, to = Number.POSITIVE_INFINITY, startedBy } = query;
  const items = [];
  let lookedAt = 0;
  let last: string | undefined;
  for (const [position, entry] of machine.executions(flow.generation, cursor)) {
    if (items.length >= limit || lookedAt >= LOOKED_AT_MAX)
      return { items, ...(last !== undefined && { cursor: last }) };
    lookedAt++;
    last = position;
    // Start times only go back from here.
    if (entry.startedAt < from) break;
    const isWanted = entry.startedAt <= to && entry.name.startsWith(prefix);
    if (!isWanted || (status ?? entry.status) !== entry.status) continue;
    if ((startedBy ?? entry.startedBy) === entry.startedBy) items.push(entry);
  }
  return { items };
}
