import { tick } from "./cron.ts";
import type { TransportMessage } from "./core/queue/transport.ts";
import type { Env } from "./env.ts";
import { createApp } from "./http/app.ts";
import { answerAsset, answerConsole, isForConsole } from "./http/console.ts";
import { secured } from "./http/security.ts";
import { answerSignIn, isForSignIn } from "./http/sign-in/door.ts";
import { count } from "./metrics.ts";
import { answerFnf, isForFnf } from "./protocols/fnf/door.ts";
import { answerMns, isForMns } from "./protocols/mns/door.ts";
import { consume } from "./queue.ts";

export { BoardObject } from "../durable-objects/board-object.ts";
export { DirectoryObject } from "../durable-objects/directory-object.ts";
export { ExecutionObject } from "../durable-objects/execution-object.ts";
export { FlowObject } from "../durable-objects/flow-object.ts";
export { QueueObject } from "../durable-objects/queue-object.ts";
export { ScheduleObject } from "../durable-objects/schedule-object.ts";
export { TopicObject } from "../durable-objects/topic-object.ts";

const app = createApp();

/** Each door knows its own; the native API takes what is nobody else's. */
async function answer(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
  const url = new URL(request.url);
  if (isForMns(request, url)) return answerMns(request, env);
  if (isForConsole(request)) return answerConsole(request, env);
  if (isForFnf(request, url)) return answerFnf(request, env);
  if (isForSignIn(request)) return answerSignIn(request, env, (asked) => app.fetch(asked, env, context));
  return (await answerAsset(request, env)) ?? app.fetch(request, env, context);
}

export default {
  async fetch(request, env, context) {
    count("millrace_worker_requests_total", "fetch");
    return secured(request, await answer(request, env, context));
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
