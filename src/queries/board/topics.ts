import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardNamesQuery, BoardTopics } from "../../core/board-views.ts";
import { pageOf } from "../../core/lists.ts";
import { tellingsByName } from "./names.ts";

/** Topics by name, as they stood when they told it last. */
export function readTopics(machine: BoardMachine, query: BoardNamesQuery): BoardTopics {
  const found = tellingsByName(machine, "topic", query).flatMap(({ name, digest }) =>
    digest ? [{ name, ...digest }] : [],
  );
  return { ...machine.stand, ...pageOf(found, query.limit, (one) => JSON.stringify(one).length) };
}
