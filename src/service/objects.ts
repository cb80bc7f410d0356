import { SCHEDULE_SHARDS } from "../core/limits.ts";
import {
  BOARD_OBJECT_NAME,
  DIRECTORY_OBJECT_NAME,
  type ExecutionId,
  executionObjectName,
  scheduleObjectName,
} from "../core/names.ts";
import type { BoardRpc } from "../core/board-views.ts";
import type { DirectoryRpc, FlowRpc, QueueRpc, ScheduleRpc } from "../core/objects.ts";
import type { TopicRpc } from "../core/topic-rpc.ts";
import { scheduleShard } from "../core/schedule/schedule.ts";
import type { Env, ExecutionStub } from "../env.ts";
import { callObject } from "../call.ts";

export function askFlow<R>(env: Env, flow: string, call: (object: FlowRpc) => Promise<R>): Promise<R> {
  return callObject(() => env.FLOWS.getByName(flow), call);
}

export function askExecution<R>(
  env: Env,
  id: ExecutionId,
  call: (object: ExecutionStub) => Promise<R>,
): Promise<R> {
  return askExecutionObject(env, executionObjectName(id), call);
}

export function askExecutionObject<R>(
  env: Env,
  name: string,
  call: (object: ExecutionStub) => Promise<R>,
): Promise<R> {
  return callObject(() => env.EXECUTIONS.getByName(name), call);
}

export function askQueue<R>(env: Env, queue: string, call: (object: QueueRpc) => Promise<R>): Promise<R> {
  return callObject(() => env.QUEUES.getByName(queue), call);
}

export function askTopic<R>(env: Env, topic: string, call: (object: TopicRpc) => Promise<R>): Promise<R> {
  return callObject(() => env.TOPICS.getByName(topic), call);
}

export function askSchedule<R>(
  env: Env,
  flow: string,
  schedule: string,
  call: (object: ScheduleRpc) => Promise<R>,
): Promise<R> {
  return askScheduleShard(env, scheduleShard(flow, schedule, SCHEDULE_SHARDS), call);
}

export function askScheduleShard<R>(
  env: Env,
  shard: number,
  call: (object: ScheduleRpc) => Promise<R>,
): Promise<R> {
  return callObject(() => env.SCHEDULES.getByName(scheduleObjectName(shard)), call);
}

/** Asks all shards at once; answers are in the order of the shards. */
export function askAllSchedules<R>(env: Env, call: (object: ScheduleRpc) => Promise<R>): Promise<R[]> {
  const shards = Array.from({ length: SCHEDULE_SHARDS }, (_, shard) => shard);
  return Promise.all(shards.map((shard) => askScheduleShard(env, shard, call)));
}

export function askBoard<R>(env: Env, call: (object: BoardRpc) => Promise<R>): Promise<R> {
  return callObject(() => env.BOARD.getByName(BOARD_OBJECT_NAME), call);
}

export function askDirectory<R>(env: Env, call: (object: DirectoryRpc) => Promise<R>): Promise<R> {
  return callObject(() => env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME), call);
}
