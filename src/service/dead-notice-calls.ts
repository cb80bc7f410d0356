import type { WhichDead } from "../core/durable/dead-letters.ts";
import { given } from "../core/given.ts";
import { SCHEDULE_SHARDS } from "../core/limits.ts";
import type { Rejection, Result } from "../core/result.ts";
import type { ChangeNotices } from "../core/schedule/command.ts";
import type { DeadNotice } from "../core/schedule/dead-notice.ts";
import type { Env } from "../env.ts";
import { askAllSchedules, askScheduleShard } from "./objects.ts";

/** What the webhook did not take lies in the shards of schedules. All doors see it as one list, by the time it was given up. */

/** Where one lies: its number, and its shard. */
export interface NoticePlace {
  readonly number: number;
  readonly shard: number;
}

export interface ListedNotice extends DeadNotice {
  readonly place: NoticePlace;
}

export interface NoticesQuery {
  readonly limit: number;
  readonly after?: NoticePlace;
}

export async function listDeadNotices(
  env: Env,
  { limit, after }: NoticesQuery,
): Promise<{ items: readonly ListedNotice[]; next?: NoticePlace }> {
  const pages = await Promise.all(
    shards().map(async (shard) => {
      const query = { limit, after: numberBefore(shard, after) };
      const { items, next } = await askScheduleShard(env, shard, (object) => object.deadNotices(query));
      const placed = items.map(({ id, ...notice }) => ({ ...notice, place: { number: Number(id), shard } }));
      return { items: placed, isCut: next !== undefined };
    }),
  );
  // Behind the end of a page that was cut there may be any of its shard.
  const ends = pages.flatMap(({ items, isCut }) => (isCut ? items.slice(-1).map(({ place }) => place) : []));
  const [end] = ends.toSorted(inOrder);
  const known = pages
    .flatMap(({ items }) => items)
    .filter(({ place }) => !end || inOrder(place, end) <= 0)
    .toSorted((a, b) => inOrder(a.place, b.place));
  const items = known.slice(0, limit);
  const isMore = end !== undefined || known.length > limit;
  return { items, ...given({ next: isMore ? items.at(-1)?.place : undefined }) };
}

/** How many it were, and how many are left. Rejections: NotRedrivable, MemoryFull. */
export async function changeDeadNotices(
  env: Env,
  type: ChangeNotices["type"],
  which: { readonly places: readonly NoticePlace[] } | Pick<WhichDead, "max">,
): Promise<Result<{ count: number; left: number }>> {
  const places = "places" in which ? which.places : await oldest(env, which.max);
  const outcomes = await Promise.all(
    shards().map((shard) => {
      const ids = places.flatMap((place) => (place.shard === shard ? [String(place.number)] : []));
      const command = { type, ids, max: ids.length } as const;
      return askScheduleShard(env, shard, (object) => object.changeNotices(command));
    }),
  );
  const accepted = outcomes.flatMap((outcome) => (outcome.ok ? [outcome] : []));
  const sum = (of: "count" | "left") => accepted.reduce((all, outcome) => all + (outcome[of] ?? 0), 0);
  const refused = outcomes.find((outcome): outcome is Rejection => !outcome.ok);
  return refused && sum("count") === 0 ? refused : { ok: true, count: sum("count"), left: sum("left") };
}

async function oldest(env: Env, max: number): Promise<NoticePlace[]> {
  const numbers = await askAllSchedules(env, (object) => object.oldestDeadNotices(max));
  return numbers
    .flatMap((own, shard) => own.map((number) => ({ number, shard })))
    .toSorted(inOrder)
    .slice(0, max);
}

function inOrder(a: NoticePlace, b: NoticePlace): number {
  return a.number - b.number || a.shard - b.shard;
}

/** Of two shards that have one of the same number the first comes first. */
function numberBefore(shard: number, after: NoticePlace | undefined): number {
  if (!after) return 0;
  return shard <= after.shard ? after.number : after.number - 1;
}

function shards(): number[] {
  return Array.from({ length: SCHEDULE_SHARDS }, (_, shard) => shard);
}
