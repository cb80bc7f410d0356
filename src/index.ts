import { tick } from "./cron.ts";
import type { TransportMessage } from "./core/objects.ts";
import type { Env } from "./env.ts";
import { createApp } from "./http/app.ts";
import { count } from "./metrics.ts";
import { answerFnf, isForFnf } from "./protocols/fnf/door.ts";
import { answerMns, isForMns } from "./protocols/mns/door.ts";
import { consume } from "./queue.ts";

export { DirectoryObject } from "../durable-objects/directory-object.ts";
export { ExecutionObject } from "../durable-objects/execution-object.ts";
export { FlowObject } from "../durable-objects/flow-object.ts";
export { QueueObject } from "../durable-objects/queue-object.ts";
export { ScheduleObject } from "../durable-objects/schedule-object.ts";
export { TopicObject } from "../durable-objects/topic-object.ts";

const app = createApp();

export default {
  fetch(request, env, context) {
    count("millrace_worker_requests_total", "fetch");
    if (isForMns(request)) return answerMns(request, env);
    return isForFnf(request) ? answerFnf(request, env) : app.fetch(request, env, context);
  },
  queue(batch, env) {
    count("millrace_worker_requests_total", "queue");
    return consume(batch, env);
  },
  scheduled(_, env) {
    count("millrace_worker_requests_total", "scheduled");
    return tick(env);
  },
} satisfies ExportedHandler<Env, TransportMessage>;
