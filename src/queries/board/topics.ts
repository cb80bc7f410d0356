import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardNamesQuery, BoardTopic, BoardTopics } from "../../core/board-views.ts";
import { pageOf } from "../../core/lists.ts";
import type { TopicTelling } from "../../core/topic/digest.ts";
import { tellingsByName } from "./names.ts";

/** Topics by name, as they stood when they told it last. */
export function readTopics(machine: BoardMachine, query: BoardNamesQuery): BoardTopics {
  const found = tellingsByName(machine, "topic", query).flatMap(viewOf);
  return { ...machine.stand, ...pageOf(found, query.limit, (one) => JSON.stringify(one).length) };
}

function viewOf({ name, digest }: TopicTelling): BoardTopic[] {
  if (!digest) return [];
  const { dead = [], ...shown } = digest;
  return [{ name, ...shown, deadLetters: dead.reduce((sum, one) => sum + one.dead, 0) }];
}
