import type { Nonce } from "../core/durable/nonces.ts";
import { pageOf } from "../core/lists.ts";
import type { PutConditions, SchedulesQuery } from "../core/objects.ts";
import type { Result } from "../core/result.ts";
import { scheduleNotExists } from "../core/schedule/preconditions.ts";
import {
  type Schedule,
  type SchedulePatch,
  type ScheduleSpec,
  scheduleKey,
} from "../core/schedule/schedule.ts";
import type { ScheduleOutcome } from "../core/schedule/command.ts";
import type { Env } from "../env.ts";
import { findFlow } from "./flow-calls.ts";
import { type ListedSchedule, scheduleSize } from "../core/schedule/view.ts";
import { askAllSchedules, askSchedule } from "./objects.ts";

/** Writes a schedule of a flow that exists; rejected as `InvalidCron`, and as the conditions say. */
export async function putSchedule(
  env: Env,
  flow: string,
  name: string,
  spec: ScheduleSpec,
  conditions?: PutConditions,
): Promise<Result<{ schedule: Schedule; created: boolean }>> {
  const stored = await findFlow(env, flow);
  if (!stored.ok) return stored;
  const { generation } = stored.flow;
  const more = { ...conditions, generation };
  const outcome = await askSchedule(env, flow, name, (shard) => shard.put(flow, name, spec, more));
  if (!outcome.ok) return outcome;
  return { ok: true, schedule: changedBy(outcome), created: outcome.created === true };
}

/** Changes what is given of a schedule that exists; rejected as `putSchedule` is. */
export async function patchSchedule(
  env: Env,
  flow: string,
  name: string,
  patch: SchedulePatch,
): Promise<Result<{ schedule: Schedule }>> {
  const stored = await findFlow(env, flow);
  if (!stored.ok) return stored;
  const { generation } = stored.flow;
  const outcome = await askSchedule(env, flow, name, (shard) =>
    shard.change({ type: "patch", flow, name, patch, generation }),
  );
  return outcome.ok ? { ok: true, schedule: changedBy(outcome) } : outcome;
}

/** A schedule, or whether it is the flow that does not exist. */
export async function findSchedule(
  env: Env,
  flow: string,
  name: string,
): Promise<Result<{ schedule: Schedule }>> {
  const schedule = await askSchedule(env, flow, name, (shard) => shard.get(flow, name));
  return schedule ? { ok: true, schedule } : missing(env, flow, name);
}

export async function deleteSchedule(
  env: Env,
  flow: string,
  name: string,
  nonce?: Nonce,
): Promise<Result<object>> {
  const outcome = await askSchedule(env, flow, name, (shard) => shard.remove(flow, name, nonce));
  if (outcome.ok || outcome.code !== "ScheduleNotExists") return outcome;
  return missing(env, flow, name);
}

/** Schedules of all shards in one order, behind a cursor that is the last one's flow and name. */
export async function listSchedules(
  env: Env,
  query: SchedulesQuery,
): Promise<{ items: readonly ListedSchedule[]; cursor?: string }> {
  const shards = await askAllSchedules(env, (shard) => shard.page(query));
  // Behind the end of a page that was cut there may be any of its shard.
  const ends = shards.flatMap(({ items, more }) => (more ? items.slice(-1).map(keyOf) : []));
  const [end] = ends.toSorted();
  const sorted = shards
    .flatMap(({ items }) => items)
    .filter((schedule) => end === undefined || keyOf(schedule) <= end)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const { items, more } = pageOf(sorted, query.limit, scheduleSize);
  const last = more || end !== undefined ? items.at(-1) : undefined;
  return { items, ...(last && { cursor: keyOf(last) }) };
}

/** What a change that was accepted made of the schedule. */
export function changedBy({ schedule }: Extract<ScheduleOutcome, { ok: true }>): Schedule {
  if (!schedule) throw new Error("Broken invariant: a changed schedule is answered");
  return schedule;
}

function keyOf({ flow, name }: Schedule): string {
  return scheduleKey(flow, name);
}

async function missing(env: Env, flow: string, name: string) {
  const stored = await findFlow(env, flow);
  return stored.ok ? scheduleNotExists(flow, name) : stored;
}
