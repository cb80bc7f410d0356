import { SCHEDULE_SHARDS } from "../core/limits.ts";
import { type Judged, sumOf } from "../core/schedule/judgement.ts";
import { type NextRun, type NightItem, soonest, worstFirst } from "../core/schedule/night.ts";
import type { Env } from "../env.ts";
import { askScheduleShard } from "./objects.ts";

/** What all schedules did, or those of some shards. Times are epoch milliseconds. */
export interface Night {
  readonly counts: Judged & { readonly schedules: number };
  readonly items: readonly NightItem[];
  readonly next: readonly NextRun[];
  /** Who was asked, each with its change number. */
  readonly shards: readonly (readonly [shard: number, change: number])[];
}

/** From a time to another, both inclusive: one request for each shard that is asked. */
export async function nightOf(
  env: Env,
  from: number,
  to: number,
  shards: readonly number[] = Array.from({ length: SCHEDULE_SHARDS }, (_, shard) => shard),
): Promise<Night> {
  const answers = await Promise.all(
    shards.map(async (shard) => ({
      shard,
      ...(await askScheduleShard(env, shard, (object) => object.night(from, to))),
    })),
  );
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    for (const [judgement, count] of Object.entries(answer.counts)) {
      counts[judgement] = (counts[judgement] ?? 0) + count;
    }
  }
  return {
    counts: { ...counts, schedules: sumOf(counts) },
    items: worstFirst(answers.flatMap(({ items }) => items)),
    next: soonest(answers.flatMap(({ next }) => next)),
    shards: answers.map(({ shard, change }) => [shard, change]),
  };
}
