import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { FlowDigest, FlowTelling } from "../../core/flow/digest.ts";
import type { BoardFlow, BoardFlows, BoardNamesQuery, EndCounts } from "../../core/board-views.ts";
import { pageOf } from "../../core/lists.ts";
import { DAY_MS, HOUR_MS } from "../../core/time.ts";
import { BOARD_DIGEST_BYTES } from "../../core/view-limits.ts";
import { tellingsByName } from "./names.ts";

/** Flows by name, as they stood when they told it last. */
export function readFlows(machine: BoardMachine, query: BoardNamesQuery, now: number): BoardFlows {
  const found = tellingsByName(machine, "flow", query);
  const page = pageOf(found, query.limit, () => 2 * BOARD_DIGEST_BYTES);
  return { ...machine.stand, items: page.items.flatMap((one) => viewOf(one, now)), more: page.more };
}

function viewOf({ name, digest, entries }: FlowTelling, now: number): BoardFlow[] {
  if (!digest) return [];
  const { hours, failing: _, indexed: __, ends, ...rest } = digest;
  const names = new Map(entries.map((entry) => [entry.number, entry.name]));
  return [
    {
      name,
      ...rest,
      day: endsSince(hours, now - DAY_MS),
      ends: ends.map((end) => {
        const execution = names.get(end[0]);
        return execution === undefined ? end : ([...end, execution] as const);
      }),
    },
  ];
}

/** What ended since then, to the hour. */
function endsSince(hours: FlowDigest["hours"], from: number): EndCounts {
  const counts = { succeeded: 0, failed: 0, other: 0 };
  for (const [hour, succeeded, failed, other] of hours) {
    if ((hour + 1) * HOUR_MS <= from) continue;
    counts.succeeded += succeeded;
    counts.failed += failed;
    counts.other += other;
  }
  return counts;
}
