import { CALENDAR_DAYS_MAX, CALENDAR_HOUR_DAYS_MAX } from "../../core/night-limits.ts";
import { cellAt } from "../../core/schedule/timetable/cells.ts";
import { zoneProblem } from "../../core/schedule/timetable/zone-names.ts";
import { isTimeZone } from "../../core/schedule/timetable/zone.ts";
import { DAY_MS, toRfc3339 } from "../../core/time.ts";
import { flowNotExists } from "../../service/flow-calls.ts";
import { askFlow } from "../../service/objects.ts";
import { flowStatsAnswer, flowStatsQuery } from "../contract/flow-stats.ts";
import { flowParams } from "../contract/flows.ts";
import { ProblemError, problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toInstant, withTimes } from "../times.ts";

const DAYS_SHOWN = { day: 30, hour: 2 };
const DAYS_MAX = { day: CALENDAR_DAYS_MAX, hour: CALENDAR_HOUR_DAYS_MAX };

export const flowStatsRoutes: readonly Route[] = [
  route({
    id: "getFlowStats",
    method: "GET",
    path: "/v1/flows/{flow}/stats",
    summary: "How a flow's executions ended and how long they took, by days or hours",
    params: flowParams,
    query: flowStatsQuery,
    answers: { 200: flowStatsAnswer },
    problems: ["FlowNotExists", "InvalidRange"],
    async handle({ env, params: { flow }, query }) {
      const { by: unit, timeZone = "UTC" } = query;
      const to = query.to === undefined ? Date.now() : toInstant(query.to);
      const from = query.from === undefined ? to - DAYS_SHOWN[unit] * DAY_MS : toInstant(query.from);
      const days = DAYS_MAX[unit];
      if (to < from || to - from > days * DAY_MS)
        throw new ProblemError(
          "InvalidRange",
          `to: must be at or behind \`from\`, and at most ${days} days later`,
        );
      if (!isTimeZone(timeZone)) throw new ProblemError("InvalidRange", `timeZone: ${zoneProblem(timeZone)}`);
      const first = cellAt(from, timeZone, unit).at;
      const asked = { from: first, to, unit, timeZone };
      const stats = await askFlow(env, flow, (object) => object.stats(asked));
      if (!stats) throw problemOf(flowNotExists(flow));
      const { buckets, errors, slowest, knownFrom, ...sums } = stats;
      const body = {
        from: toRfc3339(first),
        to: toRfc3339(to),
        timeZone,
        ...sums,
        buckets: buckets.map(withTimes),
        errors: errors.map(withTimes),
        slowest: slowest.map(withTimes),
        ...(knownFrom !== undefined && { knownFrom: toRfc3339(knownFrom) }),
      };
      return { status: 200, body };
    },
  }),
];
