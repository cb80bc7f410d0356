import type * as z from "zod";
import { authorOf } from "../../auth/roles.ts";
import type { BoardExecution, BoardFlow, BoardFrame, BoardStand, Need } from "../../core/board-views.ts";
import type { EndLetter } from "../../core/flow/digest.ts";
import { given } from "../../core/given.ts";
import { HOUR_MS, toRfc3339 } from "../../core/time.ts";
import { acknowledge, takeBack } from "../../service/board-calls.ts";
import { askBoard } from "../../service/objects.ts";
import {
  acknowledgeBody,
  boardAnswer,
  boardExecutionsAnswer,
  boardExecutionsQuery,
  boardFlowsAnswer,
  boardFlowsQuery,
  boardHoursAnswer,
  boardHoursQuery,
  need,
  needParams,
  rebuildAnswer,
  searchAnswer,
  searchQuery,
} from "../contract/board.ts";
import { nothing } from "../contract/common.ts";
import { fitPage } from "../page.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toInstant, toPause, withTimes } from "../times.ts";
import { cursorAt, readPlace, toFilters } from "./executions.ts";

const STATUS: { readonly [L in EndLetter]: string } = {
  s: "Succeeded",
  f: "Failed",
  t: "TimedOut",
  x: "Stopped",
};

export function standOf({ seq, asOf, isWhole, isCut }: BoardStand) {
  return withTimes({
    seq,
    ...given({ asOf: asOf === undefined ? undefined : toRfc3339(asOf) }),
    isWhole,
    isCut,
  });
}

function toFrame(frame: BoardFrame) {
  const { now, needs, next, shards } = frame;
  return {
    ...standOf(frame),
    now: withTimes(now),
    needs: needs.map(toNeed),
    next: next.map(withTimes),
    shards,
  };
}

function toNeed({ since, acknowledged, ...rest }: Need) {
  return {
    ...rest,
    since: toRfc3339(since),
    ...given({ acknowledged: acknowledged && withTimes(acknowledged) }),
  };
}

function toFlow({ ends, next, paused, ...flow }: BoardFlow) {
  return withTimes({
    ...flow,
    ends: ends.map(([number, letter, endedAt, tookMs, execution]) =>
      withTimes({ number, status: STATUS[letter], endedAt, tookMs, ...given({ execution }) }),
    ),
    ...given({ next: next && withTimes(next), paused: paused && withTimes(paused) }),
  });
}

function toExecution({ paused, ...execution }: BoardExecution) {
  return withTimes({ ...execution, ...(paused && { paused: toPause(paused) }) });
}

/** Bounds of a stretch of time. */
function toRange({ from, to }: Pick<z.output<typeof boardHoursQuery>, "from" | "to">) {
  return given({
    from: from === undefined ? undefined : toInstant(from),
    to: to === undefined ? undefined : toInstant(to),
  });
}

const ACKNOWLEDGE = "/v1/board/needs/{need}/acknowledge";

export const boardRoutes: readonly Route[] = [
  route({
    id: "getBoard",
    method: "GET",
    path: "/v1/board",
    summary: "How all is at once: what runs, what needs somebody, what comes next",
    params: nothing,
    query: nothing,
    isTagged: true,
    answers: { 200: boardAnswer },
    problems: [],
    async handle({ env }) {
      return { status: 200, body: toFrame(await askBoard(env, (board) => board.frame())) };
    },
  }),
  route({
    id: "listBoardFlows",
    method: "GET",
    path: "/v1/board/flows",
    summary: "All flows with their last ends, by name",
    params: nothing,
    query: boardFlowsQuery,
    isTagged: true,
    answers: { 200: boardFlowsAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor: after, contains } }) {
      const query = { limit, ...given({ after, contains }) };
      const page = await askBoard(env, (board) => board.flows(query));
      const cursor = page.more ? page.items.at(-1)?.name : undefined;
      const shown = fitPage({ items: page.items, cursor }, ({ name }) => name, toFlow);
      return { status: 200, body: { ...standOf(page), ...shown } };
    },
  }),
  route({
    id: "listBoardExecutions",
    method: "GET",
    path: "/v1/board/executions",
    summary: "The newest executions of all flows, and those that failed",
    params: nothing,
    query: boardExecutionsQuery,
    isTagged: true,
    answers: { 200: boardExecutionsAnswer },
    problems: [],
    async handle({ env, query: { cursor, flow, unwell, contains, endedFrom, endedTo, ...filters } }) {
      const after = readPlace(cursor);
      const query = {
        ...toFilters(filters),
        ...given({ flow, contains, after, isUnwell: unwell === "true" ? true : undefined }),
        ...given({
          endedFrom: endedFrom === undefined ? undefined : toInstant(endedFrom),
          endedTo: endedTo === undefined ? undefined : toInstant(endedTo),
        }),
      };
      const page = await askBoard(env, (board) => board.executions(query));
      const last = page.more ? page.items.at(-1) : undefined;
      const shown = fitPage({ items: page.items, cursor: last && cursorAt(last) }, cursorAt, toExecution);
      return { status: 200, body: { ...standOf(page), cutFlows: page.cutFlows, ...shown } };
    },
  }),
  route({
    id: "listBoardHours",
    method: "GET",
    path: "/v1/board/hours",
    summary: "What ended in each of the last 36 hours",
    params: nothing,
    query: boardHoursQuery,
    isTagged: true,
    answers: { 200: boardHoursAnswer },
    problems: [],
    async handle({ env, query: { flow, ...range } }) {
      const query = { ...toRange(range), ...given({ flow }) };
      const { hours, ...stand } = await askBoard(env, (board) => board.hours(query));
      const shown = hours.map(([hour, succeeded, failed, other]) =>
        withTimes({ at: hour * HOUR_MS, succeeded, failed, other }),
      );
      return { status: 200, body: { ...standOf(stand), hours: shown } };
    },
  }),
  route({
    id: "searchBoard",
    method: "GET",
    path: "/v1/board/search",
    summary: "Flows, schedules, queues, workers and executions, by any part of their names",
    params: nothing,
    query: searchQuery,
    isTagged: true,
    answers: { 200: searchAnswer },
    problems: [],
    async handle({ env, query: { q } }) {
      const { executions, seq, asOf, isWhole, isCut, ...names } = await askBoard(env, (board) =>
        board.search(q),
      );
      const stand = standOf({ seq, isWhole, isCut, ...given({ asOf }) });
      return { status: 200, body: { ...stand, ...names, executions: executions.map(withTimes) } };
    },
  }),
  route({
    id: "rebuildBoard",
    method: "POST",
    path: "/v1/board/rebuild",
    summary: "Has the board ask everything anew how it stands, some of it each minute",
    params: nothing,
    query: nothing,
    answers: { 202: rebuildAnswer },
    problems: [],
    async handle({ env }) {
      await askBoard(env, (board) => board.rebuild());
      return { status: 202, body: {} };
    },
  }),
  route({
    id: "acknowledgeNeed",
    method: "POST",
    path: ACKNOWLEDGE,
    summary: "Says that somebody looks after what needs somebody, as it stands now",
    params: needParams,
    query: nothing,
    body: acknowledgeBody,
    answers: { 200: need },
    problems: ["NeedNotExist"],
    async handle({ env, params: { need: id }, body: { note }, caller }) {
      const outcome = await acknowledge(env, { id, by: authorOf(caller), ...given({ note }) });
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: toNeed(outcome.need) };
    },
  }),
  route({
    id: "unacknowledgeNeed",
    method: "DELETE",
    path: ACKNOWLEDGE,
    summary: "Takes back that somebody looks after it",
    params: needParams,
    query: nothing,
    answers: { 200: nothing },
    problems: [],
    async handle({ env, params: { need: id } }) {
      await takeBack(env, id);
      return { status: 200, body: {} };
    },
  }),
];
