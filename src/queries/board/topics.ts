import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardNamesQuery, BoardTopics } from "../../core/board-views.ts";
import { pageOf } from "../../core/lists.ts";
import { has } from "./names.ts";

/** Topics by name, as they stood when they told it last. */
export function readTopics(
  machine: BoardMachine,
  { limit, after = "", contains = "" }: BoardNamesQuery,
): BoardTopics {
  const found = Array.from(machine.tellings("topic"))
    .filter(({ name }) => name > after && has(name, contains))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, digest }) => (digest ? [{ name, ...digest }] : []));
  return { ...machine.stand, ...pageOf(found, limit, (one) => JSON.stringify(one).length) };
}
