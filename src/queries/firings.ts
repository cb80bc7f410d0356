import type { FiringsPage, FiringsQuery } from "../core/objects.ts";
import { isUnwell, judge } from "../core/schedule/judgement.ts";
import type { Firing } from "../core/schedule/schedule.ts";
import type { ScheduleMachine } from "../core/schedule/schedule-machine.ts";

/** A schedule's ledger, newest first; undefined when there is no such schedule. */
export function readFirings(
  machine: ScheduleMachine,
  flow: string,
  name: string,
  query: FiringsQuery,
): FiringsPage | undefined {
  if (!machine.get(flow, name)) return undefined;
  const { limit, cursor, from = 0, to = Number.POSITIVE_INFINITY } = query;
  const items: Firing[] = [];
  let last: string | undefined;
  for (const [position, firing] of machine.firings(flow, name, cursor)) {
    if (items.length >= limit) return { items, ...(last !== undefined && { cursor: last }) };
    last = position;
    if (firing.at < from) break;
    if (firing.at <= to && isMeant(firing, query)) items.push(firing);
  }
  return { items };
}

function isMeant(firing: Firing, { verdict, kind, isUnwell: mustBeUnwell = false }: FiringsQuery): boolean {
  if (verdict !== undefined && firing.verdict !== verdict) return false;
  if (kind !== undefined && firing.kind !== kind) return false;
  return !mustBeUnwell || isUnwell(judge(firing));
}
