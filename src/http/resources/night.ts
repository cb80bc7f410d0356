import { NIGHT_MS_MAX } from "../../core/night-limits.ts";
import type { NightItem } from "../../core/schedule/night.ts";
import { toRfc3339 } from "../../core/time.ts";
import { nightOf } from "../../service/night.ts";
import { nothing } from "../contract/common.ts";
import { nightAnswer, nightQuery } from "../contract/night.ts";
import { ProblemError } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toInstant, withTimes } from "../times.ts";

function shown({ runs, buckets, ...item }: NightItem): object {
  return {
    ...withTimes(item),
    ...(runs && { runs: runs.map(withTimes) }),
    ...(buckets && { buckets: buckets.map(withTimes) }),
  };
}

export const nightRoutes: readonly Route[] = [
  route({
    id: "getNight",
    method: "GET",
    path: "/v1/night",
    summary: "How all schedules went in a time: what failed, was missed, was late, ran well, or runs",
    params: nothing,
    query: nightQuery,
    answers: { 200: nightAnswer },
    isTagged: true,
    problems: ["InvalidRange"],
    async handle({ env, query }) {
      const [from, to] = [toInstant(query.from), toInstant(query.to)];
      if (to < from || to - from > NIGHT_MS_MAX) {
        throw new ProblemError("InvalidRange", "to: must be at or behind `from`, and at most two days later");
      }
      const shards = query.shards?.split(",").map(Number);
      const { items, next, ...night } = await nightOf(env, from, to, shards && Array.from(new Set(shards)));
      const times = { from: toRfc3339(from), to: toRfc3339(to) };
      return {
        status: 200,
        body: { ...times, ...night, items: items.map(shown), next: next.map(withTimes) },
      };
    },
  }),
];
