import type { BoardCallback, CallbackPlace } from "../../core/board-views.ts";
import { given } from "../../core/given.ts";
import { sortable } from "../../core/text.ts";
import { toRfc3339 } from "../../core/time.ts";
import { askBoard } from "../../service/objects.ts";
import { boardCallbacksAnswer, boardCallbacksQuery } from "../contract/board-callbacks.ts";
import { nothing } from "../contract/common.ts";
import { fitPage } from "../page.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";
import { standOf } from "./board.ts";

function toCallback({ since, ...callback }: BoardCallback) {
  return { ...withTimes(callback), since: toRfc3339(since) };
}

function cursorOf({ since, flow, execution, path }: CallbackPlace): string {
  return [sortable(since), flow, execution, path].join(":");
}

/** The cursor's form was checked: no name has a colon. */
function placeOf(cursor: string | undefined): CallbackPlace | undefined {
  const [since, flow = "", execution = "", path = ""] = cursor?.split(":") ?? [];
  return cursor === undefined ? undefined : { since: Number(since), flow, execution, path };
}

export const boardCallbackRoutes: readonly Route[] = [
  route({
    id: "listBoardCallbacks",
    method: "GET",
    path: "/v1/board/callbacks",
    summary: "Tasks for which somebody outside has to answer, of all flows, the oldest first",
    params: nothing,
    query: boardCallbacksQuery,
    isTagged: true,
    answers: { 200: boardCallbacksAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor: text, flow, contains } }) {
      const query = { limit, ...given({ after: placeOf(text), flow, contains }) };
      const page = await askBoard(env, (board) => board.callbacks(query));
      const { items, more, open, cutFlows } = page;
      const last = more ? items.at(-1) : undefined;
      const shown = fitPage({ items, cursor: last && cursorOf(last) }, cursorOf, toCallback);
      return { status: 200, body: { ...standOf(page), open, cutFlows, ...shown } };
    },
  }),
];
