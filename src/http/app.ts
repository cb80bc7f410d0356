import { Hono } from "hono";
import { given } from "../core/given.ts";
import { maskTokensIn } from "../auth/task-token.ts";
import type { MasterKey } from "../auth/master-key.ts";
import type { Caller } from "../auth/roles.ts";
import type { Env } from "../env.ts";
import { type AuditOutcome, type AuditSubject, audited } from "../service/audit.ts";
import { clientAddress } from "../service/client-address.ts";
import { rejectionOf } from "../service/failures.ts";
import { type Visitor, authorize, masterKeys } from "./authenticate.ts";
import { DESCRIPTIONS, type Description } from "./openapi/serve.ts";
import { ProblemError, problemOf, statusOf, toProblem } from "./problem.ts";
import { readRequest } from "./read-request.ts";
import { boardCallbackRoutes } from "./resources/board-callbacks.ts";
import { boardQueueRoutes } from "./resources/board-queues.ts";
import { boardRoutes } from "./resources/board.ts";
import { connectRoutes } from "./resources/connect.ts";
import { executionPauseRoutes } from "./resources/execution-pauses.ts";
import { executionRoutes } from "./resources/executions.ts";
import { flowStatsRoutes } from "./resources/flow-stats.ts";
import { flowPauseRoutes } from "./resources/flow-pauses.ts";
import { flowRoutes } from "./resources/flows.ts";
import { healthRoutes } from "./resources/health.ts";
import { keyRoutes } from "./resources/keys.ts";
import { answerRoutes } from "./resources/answer.ts";
import { forkRoutes } from "./resources/fork.ts";
import { messageRoutes } from "./resources/messages.ts";
import { liveRoutes } from "./resources/live.ts";
import { metricsRoutes } from "./resources/metrics.ts";
import { doctorRoutes } from "./resources/doctor.ts";
import { deadLetterRoutes } from "./resources/dead-letters.ts";
import { deadNoticeRoutes } from "./resources/dead-notices.ts";
import { deadNotificationRoutes } from "./resources/dead-notifications.ts";
import { nightRoutes } from "./resources/night.ts";
import { queueHistoryRoutes } from "./resources/queue-history.ts";
import { redriveRoutes } from "./resources/redrive.ts";
import { itemRoutes } from "./resources/items.ts";
import { purgeRoutes } from "./resources/purge.ts";
import { queuePauseRoutes } from "./resources/queue-pauses.ts";
import { queueRoutes } from "./resources/queues.ts";
import { retryEffectsRoutes } from "./resources/retry-effects.ts";
import { scheduleActionRoutes } from "./resources/schedule-actions.ts";
import { scheduleRoutes } from "./resources/schedules.ts";
import { sessionRoutes } from "./resources/session.ts";
import { taskRoutes } from "./resources/tasks.ts";
import { topicRoutes } from "./resources/topics.ts";
import { workerRoutes } from "./resources/workers.ts";
import { WORKER_FILE_NAMES, workerFile } from "./serve-worker-files.ts";
import { type Route, type RouteAnswer, accessOf, isAudited } from "./route.ts";
import { renewedCookie } from "./session/cookie.ts";
import { type Visit, visitOf } from "./session/visit.ts";
import { tagged } from "./tag.ts";
import { VERSION } from "./version.ts";

/** The native API: a new resource is its file and its line here. */
export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...sessionRoutes,
  ...metricsRoutes,
  ...flowRoutes,
  ...flowPauseRoutes,
  ...flowStatsRoutes,
  ...executionRoutes,
  ...executionPauseRoutes,
  ...redriveRoutes,
  ...itemRoutes,
  ...purgeRoutes,
  ...answerRoutes,
  ...forkRoutes,
  ...liveRoutes,
  ...taskRoutes,
  ...queueRoutes,
  ...connectRoutes,
  ...queuePauseRoutes,
  ...queueHistoryRoutes,
  ...workerRoutes,
  ...messageRoutes,
  ...deadLetterRoutes,
  ...topicRoutes,
  ...deadNotificationRoutes,
  ...scheduleRoutes,
  ...deadNoticeRoutes,
  ...nightRoutes,
  ...scheduleActionRoutes,
  ...boardRoutes,
  ...boardQueueRoutes,
  ...boardCallbackRoutes,
  ...doctorRoutes,
  ...retryEffectsRoutes,
  ...keyRoutes,
];

interface App {
  Bindings: Env;
}

/** Milliseconds a caller should leave an overloaded service alone. */
const RETRY_AFTER_SECONDS = "1";

export function createApp(): Hono<App> {
  const app = new Hono<App>();
  const methods = new Map<string, string[]>();
  for (const route of ROUTES) {
    const path = honoPath(route.path);
    methods.set(path, [...(methods.get(path) ?? []), route.method]);
    app.on(route.method, path, (context) => answer(route, context.req.raw, context.env, context.req.param()));
  }
  for (const [path, describe] of Object.entries(DESCRIPTIONS)) {
    methods.set(path, ["GET"]);
    app.get(path, ({ req }) => described(describe, req.raw));
  }
  for (const name of WORKER_FILE_NAMES) {
    methods.set(`/${name}`, ["GET"]);
    app.get(`/${name}`, ({ req, env }) => workerFile(name, req.raw, env, newRequestId()));
  }
  for (const [path, allowed] of methods) app.all(path, ({ req }) => notAllowed(req.raw, allowed));
  app.notFound(({ req }) =>
    problemResponse(new ProblemError("NotFound", `nothing is at ${req.path}`), newRequestId()),
  );
  app.onError((error) => failed(error, newRequestId()));
  return app;
}

async function described(describe: Description, request: Request): Promise<Response> {
  const response = await describe(ROUTES, new URL(request.url).origin);
  response.headers.set("x-request-id", newRequestId());
  return response;
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

async function answer(
  route: Route,
  request: Request,
  env: Env,
  params: Record<string, string>,
): Promise<Response> {
  const requestId = newRequestId();
  try {
    const access = accessOf(route);
    const masters = access === "public" ? [] : await masterKeys(env);
    const { headers, method } = request;
    const visit = visitOf(request, env);
    const from = clientAddress(request, env);
    const visitor = await authorize(env, access, masters, { method, headers, visit }, params.queue);
    const { caller, session } = visitor;
    const read = await readRequest(route, request, params);
    const handle = () =>
      route.handle({ env, requestId, headers, visit, caller, masters, ...given({ session, from }), ...read });
    const answered = isAudited(route)
      ? await audited(
          env,
          subjectOf(route, params, { requestId, caller, from, ...read }),
          handle,
          auditOutcome,
        )
      : await handle();
    if (answered.socket) return answered.socket;
    const whole = respond(route, answered, requestId);
    const response = route.isTagged ? await tagged(request, whole) : whole;
    return await renewed(response, masters, visitor, visit);
  } catch (error) {
    return failed(error, requestId);
  }
}

/** An answer with a new cookie, where the session that asked is old enough for one. */
async function renewed(
  response: Response,
  [master]: readonly MasterKey[],
  { session }: Visitor,
  visit: Visit,
): Promise<Response> {
  const cookie = master && session && (await renewedCookie(master, session, visit));
  if (cookie !== undefined) response.headers.append("set-cookie", cookie);
  return response;
}

function subjectOf(
  { method, path }: Route,
  target: Record<string, string>,
  {
    requestId,
    caller,
    from,
    body,
  }: { requestId: string; caller: Caller; from: string | undefined; body: unknown },
): AuditSubject {
  const said = typeof body === "object" && body !== null && "reason" in body ? body.reason : undefined;
  const reason = typeof said === "string" ? said : undefined;
  return { requestId, caller, action: `${method} ${path}`, target, from, reason };
}

function auditOutcome(outcome: { value: RouteAnswer } | { error: unknown }): AuditOutcome {
  if ("value" in outcome) return { status: outcome.value.status, made: outcome.value.made };
  return { status: outcome.error instanceof ProblemError ? statusOf(outcome.error.code) : 500 };
}

function respond(
  { textType, handsOutTokens = false }: Route,
  { status, body, headers: own }: RouteAnswer,
  requestId: string,
): Response {
  const headers = {
    ...own,
    "x-request-id": requestId,
    "cache-control": "no-store",
    "x-millrace-version": VERSION,
  };
  if (body === undefined) return new Response(null, { status, headers });
  const type = { ...headers, "content-type": textType ?? "application/json" };
  // Nobody has its whole text: whoever sends it has masked it already.
  if (body instanceof ReadableStream) return new Response(body, { status, headers: type });
  const text = textType !== undefined && typeof body === "string" ? body : JSON.stringify(body);
  return new Response(handsOutTokens ? text : maskTokensIn(text), {
    status,
    headers: type,
  });
}

function failed(error: unknown, requestId: string): Response {
  if (error instanceof ProblemError) return problemResponse(error, requestId);
  return problemResponse(problemOf(rejectionOf(error, requestId)), requestId);
}

function problemResponse(problem: ProblemError, requestId: string): Response {
  const status = statusOf(problem.code);
  const headers = new Headers({
    "content-type": "application/problem+json",
    "x-request-id": requestId,
    "cache-control": "no-store",
  });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  if (status === 429 || status === 503) headers.set("retry-after", RETRY_AFTER_SECONDS);
  return new Response(maskTokensIn(JSON.stringify(toProblem(problem, requestId))), { status, headers });
}

function notAllowed(request: Request, allowed: readonly string[]): Response {
  const detail = `${request.method} is not possible here: use ${allowed.join(" or ")}`;
  const response = problemResponse(new ProblemError("MethodNotAllowed", detail), newRequestId());
  response.headers.set("allow", allowed.join(", "));
  return response;
}

function newRequestId(): string {
  return crypto.randomUUID();
}
