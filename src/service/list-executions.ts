import type { ExecutionEntry } from "../core/flow/flow.ts";
import { LISTED_FLOWS_MAX, MERGED_PAGE_SIZE } from "../core/limits.ts";
import type { ExecutionsPage, ExecutionsQuery } from "../core/objects.ts";
import type { Env } from "../env.ts";
import { type LeftOut, ListAsking } from "./ask-for-list.ts";
import { askDirectory, askFlow } from "./objects.ts";

/** Where one execution stands in the list of all flows. */
export interface Place {
  readonly startedAt: number;
  readonly flow: string;
  readonly number: number;
}

interface Listed {
  readonly flow: string;
  readonly entry: ExecutionEntry;
}

/**
 * Executions of the flows that were active last, newest first; `last` is where the next page begins. Each flow gives a
 * page of its own. Behind the first of these pages that breaks off, a flow may have more that belongs in between: so
 * the list ends there, too.
 */
export async function listAllExecutions(
  env: Env,
  query: ExecutionsQuery,
  after: Place | undefined,
): Promise<{ items: readonly Listed[]; last?: Place; leftOut?: readonly LeftOut[] }> {
  const flows = await askDirectory(env, (directory) => directory.activeFlows(LISTED_FLOWS_MAX));
  const asking = new ListAsking();
  const pages = await Promise.all(
    flows.map(async (flow) => {
      const own = { ...behind(query, flow, after), pageSize: MERGED_PAGE_SIZE };
      const page = await asking.ask(flow, () => askFlow(env, flow, (object) => object.executions(own)));
      return page && { flow, ...page };
    }),
  );
  const whole = pages.filter((page) => page !== undefined);
  return { ...merge(whole, query.limit), ...asking.leftOut() };
}

/** Each flow's executions that stand behind a place: those of the same instant are in the order of flows. */
function behind(query: ExecutionsQuery, flow: string, after: Place | undefined): ExecutionsQuery {
  if (!after) return query;
  const to = Math.min(query.to ?? after.startedAt, flow < after.flow ? after.startedAt - 1 : after.startedAt);
  return { ...query, to, ...(flow === after.flow && { before: after.number }) };
}

function merge(
  pages: readonly (ExecutionsPage & { readonly flow: string })[],
  limit: number,
): { items: readonly Listed[]; last?: Place } {
  const ends = pages.flatMap(({ flow, last }) => (last ? [{ flow, ...last }] : []));
  const [end] = ends.toSorted(newestFirst);
  const listed = pages
    .flatMap(({ flow, items }) => items.map((entry) => ({ flow, entry })))
    .toSorted((a, b) => newestFirst(placeOf(a), placeOf(b)))
    .filter((one) => !end || newestFirst(placeOf(one), end) <= 0);
  const items = listed.slice(0, limit);
  const shown = items.at(-1);
  const isCut = listed.length > limit;
  const last = isCut && shown ? placeOf(shown) : end;
  return { items, ...(last && { last }) };
}

function placeOf({ flow, entry: { startedAt, number } }: Listed): Place {
  return { flow, startedAt, number };
}

function newestFirst(a: Place, b: Place): number {
  if (a.startedAt !== b.startedAt) return b.startedAt - a.startedAt;
  if (a.flow !== b.flow) return a.flow < b.flow ? -1 : 1;
  return b.number - a.number;
}
