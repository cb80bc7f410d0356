import type { ExecutionSummary, StepView } from "../api/types.ts";

/** How an execution is to go on, if not where it ended and with the version that it had. */
export interface RedriveWay {
  readonly from?: string;
  readonly items?: string;
  readonly version?: number;
}

type Visited = Pick<StepView, "name" | "type" | "status" | "iterations">;

/** Steps of the flow's own list from which it can go on, in the order of their visits, and those that tolerated failures. */
export interface RedrivePlaces {
  readonly steps: readonly string[];
  readonly tolerated: readonly string[];
}

export function placesOf(visits: readonly Visited[]): RedrivePlaces {
  const last = new Map(visits.map((visit) => [visit.name, visit]));
  const steps = [...last.keys()];
  return { steps, tolerated: steps.filter((name) => hasTolerated(last.get(name))) };
}

function hasTolerated(visit: Visited | undefined): boolean {
  return visit?.type === "foreach" && visit.status === "Succeeded" && (visit.iterations?.failed ?? 0) > 0;
}

/** One that succeeded in spite of some items can go on with these alone. */
export function hasToleratedItems({ status, items }: Pick<ExecutionSummary, "status" | "items">): boolean {
  return status === "Succeeded" && (items?.failed ?? 0) > 0;
}

/** As one of several choices: `from:a`, `items:each`; empty: where it ended. */
export function placeText({ from, items }: RedriveWay): string {
  if (from !== undefined) return `from:${from}`;
  return items === undefined ? "" : `items:${items}`;
}

export function wayTo(place: string, { version }: RedriveWay): RedriveWay {
  const kept = version === undefined ? {} : { version };
  const name = place.slice(place.indexOf(":") + 1);
  if (place.startsWith("from:")) return { ...kept, from: name };
  return place.startsWith("items:") ? { ...kept, items: name } : kept;
}
