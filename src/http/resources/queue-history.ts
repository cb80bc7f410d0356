import { reject } from "../../core/result.ts";
import { DAY_MS, HOUR_MS, SECOND_MS, toRfc3339 } from "../../core/time.ts";
import { DEPTH_DAYS_KEPT } from "../../core/view-limits.ts";
import { readDepths } from "../../service/queue-calls.ts";
import { depthAnswer, depthQuery } from "../contract/queue-history.ts";
import { queueParams } from "../contract/queues.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";

const HOURS_SHOWN = 3;

export const queueHistoryRoutes: readonly Route[] = [
  route({
    id: "getQueueHistory",
    method: "GET",
    path: "/v1/queues/{queue}/history",
    summary: "How full a queue was, in the last hours or up to a week ago",
    params: queueParams,
    query: depthQuery,
    answers: { 200: depthAnswer },
    problems: ["QueueNotExist", "InvalidRange"],
    async handle({ env, params: { queue }, query }) {
      const to = Math.min(Date.now(), query.to === undefined ? Infinity : Date.parse(query.to));
      const from = query.from === undefined ? to - HOURS_SHOWN * HOUR_MS : Date.parse(query.from);
      if (from > to) throw problemOf(reject("InvalidRange", "from: is after `to`, or in the future"));
      const first = Math.max(from, to - DEPTH_DAYS_KEPT * DAY_MS);
      const found = await readDepths(env, queue, first, to);
      if (!found.ok) throw problemOf(found);
      const { from: begin, stepMs, points } = found.depths;
      const body = { from: toRfc3339(begin), stepSeconds: stepMs / SECOND_MS, points };
      return { status: 200, body };
    },
  }),
];
