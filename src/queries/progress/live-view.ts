import type {
  ExecutionDelta,
  ExecutionHead,
  ExecutionSnapshot,
  FanOutView,
  LiveMessage,
} from "../../core/execution-views.ts";
import { given } from "../../core/given.ts";
import { toRfc3339 } from "../../core/time.ts";
import { LIVE_ITEMS_MAX } from "../../core/view-limits.ts";
import type { Change } from "./changes.ts";
import type { FanOut } from "./fan-out.ts";
import type { Progress } from "./progress.ts";

/** All that is shown of an execution as it is now. */
export function snapshotOf({ seq, steps, fanOuts }: Progress, head: ExecutionHead): ExecutionSnapshot {
  const foreach: Record<string, FanOutView> = {};
  for (const [key, fanOut] of fanOuts) foreach[key] = { ...shownOf(fanOut), states: fanOut.runs() };
  return { seq, head, steps: [...steps.values()], foreach };
}

/** What is new since a fact; `resync` where that is too much, or too long ago, or was never. */
export function deltaOf(progress: Progress, head: ExecutionHead, since: number): LiveMessage {
  const { seq, steps, changes } = progress;
  const changed = since > seq ? undefined : changes.since(since, seq);
  if (!changed) return { type: "resync" };
  const touched = new Set(changed.flatMap((change) => ("step" in change ? [change.step] : [])));
  const { status, endedAt, error, cause, counts, paused, redrives, redrivenAt } = head;
  return {
    type: "delta",
    since,
    seq,
    head: { status, ...given({ endedAt, error, cause, paused, redrives, redrivenAt }), counts },
    steps: Array.from(touched, (key) => steps.get(key)).filter((step) => step !== undefined),
    gone: [...touched].filter((key) => !steps.has(key)),
    foreach: fanOutsIn(progress, changed),
  };
}

function fanOutsIn({ fanOuts }: Progress, changes: readonly Change[]): ExecutionDelta["foreach"] {
  const ranges = Map.groupBy(
    changes.filter((change) => "fanOut" in change),
    ({ fanOut }) => fanOut,
  );
  const told: Record<string, ExecutionDelta["foreach"][string]> = {};
  for (const [key, changed] of ranges) {
    const fanOut = fanOuts.get(key);
    if (fanOut) told[key] = { ...shownOf(fanOut), ...lettersOf(fanOut, changed) };
  }
  return told;
}

function shownOf(fanOut: FanOut): Omit<FanOutView, "states"> {
  const { count: n, limits } = fanOut;
  return { n, ...(limits && { limits: { ...limits, at: toRfc3339(limits.at) } }), body: fanOut.body() };
}

function lettersOf(fanOut: FanOut, ranges: readonly { from: number; to: number }[]) {
  const indexes = new Set<number>();
  for (const { from, to } of ranges) {
    if (indexes.size + to - from > LIVE_ITEMS_MAX) return { states: fanOut.runs() };
    for (let index = from; index < to; index++) indexes.add(index);
  }
  return { items: Array.from(indexes, (index) => [index, fanOut.letterOf(index)] as const) };
}
