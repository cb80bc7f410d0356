import type { Service } from "../e2e/service.ts";
import { readUnits } from "../bench/units.ts";
import { keyOf } from "./browser.ts";

/** What opening a page may ask of objects. */
export const REQUESTS_MAX = 20;
/** The minute's tick asks every shard of schedules, and inspects what is due: not each of some openings meets it. */
const OPENINGS = 4;

/** How many objects something asks, as the service counts it: the least of some times, unless once is within the budget. */
export async function objectRequestsOf(service: Service, open: () => Promise<void>): Promise<number> {
  const costs: number[] = [];
  while (costs.length < OPENINGS && !costs.some((cost) => cost <= REQUESTS_MAX)) {
    const before = await objectRequests(service);
    await open();
    costs.push((await objectRequests(service)) - before);
  }
  return Math.min(...costs);
}

async function objectRequests(service: Service): Promise<number> {
  const authorization = `Bearer ${keyOf(service)}`;
  const answer = await fetch(`${service.url}/metrics`, { headers: { authorization } });
  return readUnits(await answer.text()).objectRequests;
}
