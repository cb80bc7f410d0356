import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { FlowTelling } from "../../core/flow/digest.ts";
import type {
  BoardExecution,
  BoardExecutions,
  BoardExecutionsQuery,
  BoardPlace,
} from "../../core/board-views.ts";
import { given } from "../../core/given.ts";
import { own } from "../../core/json.ts";
import { pageOf } from "../../core/lists.ts";
import { BOARD_CUT_NAMES_TOLD, BOARD_ENTRY_BYTES } from "../../core/view-limits.ts";
import { has } from "./names.ts";

/** Executions of all flows, newest first, as far as the board keeps them. */
export function readExecutions(machine: BoardMachine, query: BoardExecutionsQuery): BoardExecutions {
  const tellings = Array.from(machine.tellings("flow")).filter(
    ({ name }) => query.flow === undefined || query.flow === name,
  );
  const found = tellings
    .flatMap(executionsOf)
    .filter((execution) => matches(execution, query))
    .toSorted(newestFirst);
  const page = pageOf(found, query.limit, () => 2 * BOARD_ENTRY_BYTES);
  const cutFlows = tellings.filter(isCut).map(({ name }) => name);
  return { ...machine.stand, ...page, cutFlows: cutFlows.toSorted().slice(0, BOARD_CUT_NAMES_TOLD) };
}

/** As they are shown. */
export function executionsOf({ name: flow, entries, digest }: FlowTelling): BoardExecution[] {
  const usual = given({ usualMs: digest?.p95Ms });
  return entries.map((entry) => ({ flow, ...entry, ...usual }));
}

function isCut({ digest, entries }: FlowTelling): boolean {
  return (digest?.indexed ?? 0) > entries.length;
}

function matches(execution: BoardExecution, wanted: BoardExecutionsQuery): boolean {
  const { name, flow, status, startedAt, startedBy, labels, paused, callbacks } = execution;
  const { prefix = "", contains = "", from = 0, to = Number.POSITIVE_INFINITY, label, after } = wanted;
  if (after && newestFirst(after, execution) >= 0) return false;
  if (!name.startsWith(prefix) || startedAt < from || startedAt > to) return false;
  if (!endedIn(execution, wanted)) return false;
  if (!has(name, contains) && !has(flow, contains)) return false;
  if ((wanted.status ?? status) !== status || (wanted.startedBy ?? startedBy) !== startedBy) return false;
  if (wanted.isUnwell && status !== "Failed" && status !== "TimedOut") return false;
  if ((wanted.paused ?? paused !== undefined) !== (paused !== undefined)) return false;
  if ((wanted.callbacks ?? callbacks !== undefined) !== (callbacks !== undefined)) return false;
  return label === undefined || (labels !== undefined && own(labels, label.key) === label.value);
}

function endedIn(
  { endedAt }: BoardExecution,
  { endedFrom, endedTo = Number.POSITIVE_INFINITY }: BoardExecutionsQuery,
): boolean {
  if (endedFrom === undefined && endedTo === Number.POSITIVE_INFINITY) return true;
  return endedAt !== undefined && endedAt >= (endedFrom ?? 0) && endedAt < endedTo;
}

export function newestFirst(a: BoardPlace, b: BoardPlace): number {
  if (a.startedAt !== b.startedAt) return b.startedAt - a.startedAt;
  if (a.flow !== b.flow) return a.flow < b.flow ? -1 : 1;
  return b.number - a.number;
}
