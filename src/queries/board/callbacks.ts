import type { BoardMachine } from "../../core/board/board-machine.ts";
import type {
  BoardCallback,
  BoardCallbacks,
  BoardCallbacksQuery,
  CallbackPlace,
} from "../../core/board-views.ts";
import type { FlowTelling } from "../../core/flow/digest.ts";
import { pageOf } from "../../core/lists.ts";
import { BOARD_CUT_NAMES_TOLD } from "../../core/view-limits.ts";
import { has } from "./names.ts";

/** Open callbacks of all flows, the oldest first, as far as flows tell of them. */
export function readCallbacks(
  machine: BoardMachine,
  { limit, after, flow, contains = "" }: BoardCallbacksQuery,
): BoardCallbacks {
  const tellings = Array.from(machine.tellings("flow")).filter(
    ({ name, digest }) => digest?.callbacks !== undefined && (flow === undefined || flow === name),
  );
  const found = tellings
    .flatMap(callbacksOf)
    .filter((one) => has(one.execution, contains) || has(one.flow, contains))
    .filter((one) => !after || oldestFirst(after, one) < 0)
    .toSorted(oldestFirst);
  const cutFlows = tellings.filter(isCut).map(({ name }) => name);
  return {
    ...machine.stand,
    ...pageOf(found, limit, (one) => JSON.stringify(one).length),
    open: tellings.reduce((sum, { digest }) => sum + (digest?.callbacks ?? 0), 0),
    cutFlows: cutFlows.toSorted().slice(0, BOARD_CUT_NAMES_TOLD),
  };
}

function callbacksOf({ name: flow, callbacks = [] }: FlowTelling): BoardCallback[] {
  return callbacks.map((one) => ({ flow, ...one }));
}

function isCut({ digest, callbacks = [] }: FlowTelling): boolean {
  return (digest?.callbacks ?? 0) > callbacks.length;
}

function oldestFirst(a: CallbackPlace, b: CallbackPlace): number {
  return (
    a.since - b.since ||
    compared(a.flow, b.flow) ||
    compared(a.execution, b.execution) ||
    compared(a.path, b.path)
  );
}

function compared(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
