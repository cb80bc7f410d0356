import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardEntry, FlowTelling } from "../../core/flow/digest.ts";
import type { BoardFrame, BoardNow, Need } from "../../core/board-views.ts";
import { given } from "../../core/given.ts";
import { BOARD_NEEDS_MAX } from "../../core/view-limits.ts";

/** What stands in the frame of every page. */
export function readFrame(machine: BoardMachine): BoardFrame {
  const tellings = Array.from(machine.sources(), ({ telling }) => telling);
  const needs = tellings.flatMap(needsOfFlow).toSorted((a, b) => b.since - a.since);
  return {
    ...machine.stand,
    now: nowOf(tellings),
    needs: needs.slice(0, BOARD_NEEDS_MAX),
    next: [],
    shards: [],
  };
}

function nowOf(tellings: readonly FlowTelling[]): BoardNow {
  const running = tellings.reduce((sum, { digest }) => sum + (digest?.running ?? 0), 0);
  return { flows: tellings.length, running };
}

/** One for a flow whose last failures nobody made good: no execution that was started later has succeeded. */
function needsOfFlow({ name: flow, generation, digest, entries }: FlowTelling): Need[] {
  const { failing } = digest ?? {};
  const number = failing?.newest.at(-1);
  const entry = entries.find((one) => one.number === number);
  if (!failing || !entry) return [];
  return [
    {
      id: `failed:${flow}:${generation}:${entry.number}`,
      kind: "failed",
      since: entry.endedAt ?? entry.startedAt,
      flow,
      execution: entry.name,
      text: {
        code: codeOf(entry),
        values: { count: failing.count, ...given({ error: entry.error, cause: entry.cause }) },
      },
    },
  ];
}

function codeOf({ status }: BoardEntry): string {
  return status === "TimedOut" ? "executionTimedOut" : "executionFailed";
}
