import { SCHEDULE_SHARDS } from "../../core/limits.ts";
import { rankOf } from "../../core/schedule/judgement.ts";
import { scheduleShard } from "../../core/schedule/schedule.ts";
import type { Night } from "../api/types.ts";

/** Shards of which the board knows a later change than a night does. */
export function movedShards({ shards }: Night, known: readonly number[] = []): number[] {
  return shards.flatMap(([shard, change]) => ((known[shard] ?? 0) > change ? [shard] : []));
}

/** Whether it tells of all schedules, so that a part of it can be put in the place of an older one. */
export function isWhole({ counts, items }: Night): boolean {
  return counts.schedules === items.length;
}

/** A night with what some shards tell of it anew, in the order of the worst. */
export function withPart(night: Night, part: Night): Night {
  const anew = new Map(part.shards);
  const isOlder = night.shards.some(([shard, change]) => (anew.get(shard) ?? change) < change);
  if (isOlder || !isWhole(night) || !isWhole(part)) return night;
  const stays = ({ flow, schedule }: { readonly flow: string; readonly schedule: string }) =>
    !anew.has(scheduleShard(flow, schedule, SCHEDULE_SHARDS));
  const items = [...night.items.filter(stays), ...part.items];
  return {
    ...night,
    counts: countsOf(items),
    items: items.toSorted((a, b) => rankOf(a.worst) - rankOf(b.worst) || beginOf(a) - beginOf(b)),
    next: [...night.next.filter(stays), ...part.next].toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    shards: night.shards.map(([shard, change]) => [shard, anew.get(shard) ?? change]),
  };
}

function countsOf(items: Night["items"]): Night["counts"] {
  const counts: Record<string, number> = {};
  for (const { worst } of items) counts[worst] = (counts[worst] ?? 0) + 1;
  return { ...counts, schedules: items.length };
}

function beginOf({ runs, buckets }: Night["items"][number]): number {
  const [first] = runs ?? buckets ?? [];
  return first ? Date.parse(first.at) : 0;
}
