import type { Result } from "../../core/result.ts";
import {
  retryExecution,
  retryFlow,
  retryQueue,
  retrySchedule,
  retryTopic,
} from "../../service/retry-effects.ts";
import { nothing } from "../contract/common.ts";
import { executionParams } from "../contract/executions.ts";
import { flowParams } from "../contract/flows.ts";
import { retriedAnswer } from "../contract/parked.ts";
import { queueParams } from "../contract/queues.ts";
import { scheduleParams } from "../contract/schedules.ts";
import { topicParams } from "../contract/topics.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";

const shared = { method: "POST", query: nothing, answers: { 202: retriedAnswer } } as const;

function accepted(outcome: Result<{ readonly count: number }>) {
  if (!outcome.ok) throw problemOf(outcome);
  return { status: 202, body: { count: outcome.count } };
}

/** What waits for another try is tried now, as somebody asks for it who knows that it will do. */
export const retryEffectsRoutes: readonly Route[] = [
  route({
    ...shared,
    id: "retryExecutionEffects",
    path: "/v1/flows/{flow}/executions/{name}/retry-effects",
    summary: "Tries again what an execution could not get done outside",
    params: executionParams,
    problems: ["FlowNotExists", "ExecutionNotExists", "ExecutionStarting"],
    handle: async ({ env, params: { flow, name } }) => accepted(await retryExecution(env, flow, name)),
  }),
  route({
    ...shared,
    id: "retryFlowEffects",
    path: "/v1/flows/{flow}/retry-effects",
    summary:
      "Tries again what a flow could not get done outside, such as to start executions or to remove old ones",
    params: flowParams,
    problems: ["FlowNotExists"],
    handle: async ({ env, params }) => accepted(await retryFlow(env, params.flow)),
  }),
  route({
    ...shared,
    id: "retryQueueEffects",
    path: "/v1/queues/{queue}/retry-effects",
    summary: "Tries again what a queue could not get done outside",
    params: queueParams,
    problems: ["QueueNotExist"],
    handle: async ({ env, params }) => accepted(await retryQueue(env, params.queue)),
  }),
  route({
    ...shared,
    id: "retryTopicEffects",
    path: "/v1/topics/{topic}/retry-effects",
    summary: "Tries again what a topic could not get done outside, such as to notify endpoints",
    params: topicParams,
    problems: ["TopicNotExist"],
    handle: async ({ env, params }) => accepted(await retryTopic(env, params.topic)),
  }),
  route({
    ...shared,
    id: "retryScheduleEffects",
    path: "/v1/flows/{flow}/schedules/{schedule}/retry-effects",
    summary: "Tries again a schedule that is parked, and what it could not get done outside",
    params: scheduleParams,
    problems: ["ScheduleNotExists", "ScheduleParked"],
    handle: async ({ env, params }) => accepted(await retrySchedule(env, params.flow, params.schedule)),
  }),
];
