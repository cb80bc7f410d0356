import { given } from "../given.ts";
import type { JsonObject } from "../json.ts";
import type { WorkerView } from "../worker-views.ts";
import { toRfc3339 } from "../time.ts";

/**
 * Workers as flows see them (`millrace:ListWorkers`), by name: those that are live and may take messages, or with `names`
 * these, each of them once, whether they are or not.
 */
export function listedWorkers(views: readonly WorkerView[], names?: readonly string[]): JsonObject[] {
  const byName = Map.groupBy(views, ({ worker = "" }) => worker);
  const wanted = names ? [...new Set(names)] : [...byName.keys()].filter((name) => name !== "");
  const all = wanted.toSorted().map((name) => listed(name, byName.get(name) ?? []));
  return names ? all : all.filter(({ live }) => live);
}

/** All processes of a name are one worker. */
function listed(name: string, own: readonly WorkerView[]): JsonObject & { readonly live: boolean } {
  const live = own.filter(({ state, draining }) => state === "live" && !draining);
  const [last] = own.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);
  const slots = live.flatMap((one) => one.slots ?? []);
  return {
    name,
    live: live.length > 0,
    ...given({ host: last?.host }),
    ...(slots.length > 0 && { slots: slots.reduce((sum, some) => sum + some, 0) }),
    ...(last && { lastSeenAt: toRfc3339(last.lastSeenAt) }),
  };
}
