import { authorOf } from "../../auth/roles.ts";
import { given } from "../../core/given.ts";
import { pauseQueue, readQueue, resumeQueue } from "../../service/queue-calls.ts";
import { nothing } from "../contract/common.ts";
import { pauseBody } from "../contract/pauses.ts";
import { pausedQueueAnswer, queueAnswer, queueParams } from "../contract/queues.ts";
import { type Route, route } from "../route.ts";
import { accepted, toQueue } from "./queues.ts";

const PATH = "/v1/queues/{queue}";

export const queuePauseRoutes: readonly Route[] = [
  route({
    id: "pauseQueue",
    method: "POST",
    path: `${PATH}/pause`,
    summary: "Nobody receives from a queue until it is resumed; all else goes on",
    params: queueParams,
    query: nothing,
    body: pauseBody,
    answers: { 200: pausedQueueAnswer },
    problems: ["QueueNotExist"],
    async handle({ env, caller, params: { queue: name }, body }) {
      const pause = { by: authorOf(caller), ...given(body) };
      const { limited } = accepted(await pauseQueue(env, name, pause));
      return { status: 200, body: { ...toQueue(accepted(await readQueue(env, name))), limited } };
    },
  }),
  route({
    id: "resumeQueue",
    method: "POST",
    path: `${PATH}/resume`,
    summary: "Messages of a queue are received again",
    params: queueParams,
    query: nothing,
    body: nothing,
    answers: { 200: queueAnswer },
    problems: ["QueueNotExist"],
    async handle({ env, params: { queue: name } }) {
      accepted(await resumeQueue(env, name));
      return { status: 200, body: toQueue(accepted(await readQueue(env, name))) };
    },
  }),
];
