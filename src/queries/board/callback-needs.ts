import type { Need } from "../../core/board-views.ts";
import { nearEndAt, pressingAt } from "../../core/callback.ts";
import type { FlowTelling, ToldCallback } from "../../core/flow/digest.ts";
import { toRfc3339 } from "../../core/time.ts";

/** One for a flow whose callbacks are nearly out of time, or open for long: that of them which is due next. */
export function needsOfCallbacks(
  { name: flow, generation, callbacks = [] }: FlowTelling,
  now: number,
): Need[] {
  const pressing = callbacks.filter((one) => pressingAt(one) <= now);
  const near = pressing.filter((one) => nearEndAt(one) <= now).toSorted((a, b) => a.dueAt - b.dueAt);
  const [worst] = near.length > 0 ? near : pressing;
  if (!worst) return [];
  // One that is new among them is news, also to who said that he looks after them.
  const since = pressing.map(pressingAt).reduce((a, b) => Math.max(a, b));
  return [
    {
      id: `callbacks:${flow}:${generation}`,
      kind: "person",
      since,
      flow,
      execution: worst.execution,
      text: {
        code: near.length > 0 ? "callbackDue" : "callbackLong",
        values: valuesOf(worst, pressing.length),
      },
    },
  ];
}

function valuesOf({ path, asked, since, dueAt }: ToldCallback, count: number) {
  return { count, step: path, asked: asked.name, since: toRfc3339(since), dueAt: toRfc3339(dueAt) };
}
