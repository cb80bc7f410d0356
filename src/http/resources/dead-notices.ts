import { given } from "../../core/given.ts";
import type { ChangeNotices } from "../../core/schedule/command.ts";
import {
  type ListedNotice,
  type NoticePlace,
  changeDeadNotices,
  listDeadNotices,
} from "../../service/dead-notice-calls.ts";
import { nothing } from "../contract/common.ts";
import { deadNoticesAnswer, deadNoticesQuery } from "../contract/dead-letters.ts";
import { deadDone, purgeBody } from "../contract/queues.ts";
import { fitPage } from "../page.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";
import { whichDead } from "../which-dead.ts";

const PATH = "/v1/schedules/dead-notices";
const ID = /^([0-9]{1,16})-([0-9]{1,2})$/;

/** What the webhook did not take of what schedules had to tell. */
export const deadNoticeRoutes: readonly Route[] = [
  route({
    id: "listDeadNotices",
    method: "GET",
    path: PATH,
    summary: "What the webhook did not take, in the order in which it was given up",
    params: nothing,
    query: deadNoticesQuery,
    answers: { 200: deadNoticesAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor } }) {
      const after = cursor === undefined ? undefined : placeOf(cursor);
      const { items, next } = await listDeadNotices(env, { limit, ...given({ after }) });
      const page = fitPage({ items, cursor: next && idOf(next) }, ({ place }) => idOf(place), toNotice);
      return { status: 200, body: page };
    },
  }),
  change("redriveNotices", "redrive", "Tells the webhook again what it did not take", [
    "NotRedrivable",
    "MemoryFull",
  ]),
  change("purgeNotices", "purge", "Removes what the webhook did not take", []),
];

function change(
  type: ChangeNotices["type"],
  action: string,
  summary: string,
  problems: Route["problems"],
): Route {
  return route({
    id: `${action}DeadNotices`,
    method: "POST",
    path: `${PATH}/${action}`,
    summary,
    params: nothing,
    query: nothing,
    body: purgeBody,
    answers: { 200: deadDone },
    problems,
    async handle({ env, body }) {
      const { ids, max } = whichDead(body);
      const which = ids ? { places: ids.flatMap((id) => placeOf(id) ?? []) } : { max };
      const outcome = await changeDeadNotices(env, type, which);
      if (!outcome.ok) throw problemOf(outcome);
      const { count, left } = outcome;
      return { status: 200, body: { count, left } };
    },
  });
}

function toNotice({ place, notice, diedAt, webhookId, detail }: ListedNotice) {
  const { type, flow, schedule, firing, noticedAt } = notice;
  const id = idOf(place);
  return withTimes({
    id,
    webhookId,
    type,
    flow,
    schedule,
    firing: withTimes(firing),
    noticedAt,
    diedAt,
    detail,
  });
}

function idOf({ number, shard }: NoticePlace): string {
  return `${number}-${shard}`;
}

function placeOf(id: string): NoticePlace | undefined {
  const [, number, shard] = ID.exec(id) ?? [];
  return shard === undefined ? undefined : { number: Number(number), shard: Number(shard) };
}
