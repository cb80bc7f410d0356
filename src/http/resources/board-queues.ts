import type { BoardQueue, BoardWorker } from "../../core/board-views.ts";
import { given } from "../../core/given.ts";
import { workerKey } from "../../core/queue/worker-entry.ts";
import { askBoard } from "../../service/objects.ts";
import {
  boardQueuesAnswer,
  boardQueuesQuery,
  boardTopicsAnswer,
  boardWorkersAnswer,
  boardWorkersQuery,
} from "../contract/board-queues.ts";
import { nothing } from "../contract/common.ts";
import { deadLettersAnswer } from "../contract/dead-letters.ts";
import { fitPage } from "../page.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";
import { standOf } from "./board.ts";
import { toWorker } from "./workers.ts";

function toQueue({ paused, ...queue }: BoardQueue) {
  return withTimes({ ...queue, ...given({ paused: paused && withTimes(paused) }) });
}

function toBoardWorker(worker: BoardWorker) {
  const { running: _, ...shown } = toWorker({ ...worker, running: [] });
  return shown;
}

function cursorOf(worker: BoardWorker): string {
  return `${worker.queue}/${workerKey(worker)}`;
}

function placeOf(cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const [queue = "", ...key] = cursor.split("/");
  return { queue, key: key.join("/") };
}

export const boardQueueRoutes: readonly Route[] = [
  route({
    id: "listBoardQueues",
    method: "GET",
    path: "/v1/board/queues",
    summary: "All queues with what is in them and how many work at them, by name",
    params: nothing,
    query: boardQueuesQuery,
    isTagged: true,
    answers: { 200: boardQueuesAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor: after, contains } }) {
      const query = { limit, ...given({ after, contains }) };
      const { items, more, ...stand } = await askBoard(env, (board) => board.queues(query));
      const cursor = more ? items.at(-1)?.name : undefined;
      return {
        status: 200,
        body: { ...standOf(stand), ...fitPage({ items, cursor }, ({ name }) => name, toQueue) },
      };
    },
  }),
  route({
    id: "listBoardTopics",
    method: "GET",
    path: "/v1/board/topics",
    summary: "All topics with what is on its way, by name",
    params: nothing,
    query: boardQueuesQuery,
    isTagged: true,
    answers: { 200: boardTopicsAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor: after, contains } }) {
      const query = { limit, ...given({ after, contains }) };
      const { items, more, ...stand } = await askBoard(env, (board) => board.topics(query));
      const cursor = more ? items.at(-1)?.name : undefined;
      const page = fitPage({ items, cursor }, ({ name }) => name, withTimes);
      return { status: 200, body: { ...standOf(stand), ...page } };
    },
  }),
  route({
    id: "listBoardWorkers",
    method: "GET",
    path: "/v1/board/workers",
    summary: "Workers of all queues, by queue and name",
    params: nothing,
    query: boardWorkersQuery,
    isTagged: true,
    answers: { 200: boardWorkersAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor: text, contains } }) {
      const query = { limit, ...given({ after: placeOf(text), contains }) };
      const { items, more, cutQueues, ...stand } = await askBoard(env, (board) => board.workers(query));
      const last = more ? items.at(-1) : undefined;
      const shown = fitPage({ items, cursor: last && cursorOf(last) }, cursorOf, toBoardWorker);
      return { status: 200, body: { ...standOf(stand), cutQueues, ...shown } };
    },
  }),
  route({
    id: "getDeadLetters",
    method: "GET",
    path: "/v1/dead-letters",
    summary: "Where dead letters lie, most of them first",
    params: nothing,
    query: nothing,
    isTagged: true,
    answers: { 200: deadLettersAnswer },
    problems: [],
    async handle({ env }) {
      const { queues, subscriptions, notices, more, ...stand } = await askBoard(env, (board) =>
        board.deadLetters(),
      );
      return { status: 200, body: { ...standOf(stand), queues, subscriptions, notices, more } };
    },
  }),
];
