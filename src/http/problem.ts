import type { Diagnostic } from "../core/fdl/diagnostic.ts";
import type { Rejection } from "../core/result.ts";

/** What went wrong, as RFC 9457 has it; `code` is for programs, `detail` says what to do. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  /** Of a request: which parts of it are wrong. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** Of a flow definition. */
  readonly diagnostics?: readonly Diagnostic[];
}

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every code the API answers with. */
export const PROBLEMS = {
  InvalidRequest: { status: 400, title: "The request is not valid" },
  InvalidJson: { status: 400, title: "The body is not JSON" },
  InvalidToken: { status: 400, title: "The task token is not valid" },
  InvalidOutput: { status: 400, title: "The output is not acceptable" },
  InvalidCron: { status: 400, title: "The schedule's expression is not valid" },
  InvalidSchedule: { status: 400, title: "The schedule is not valid" },
  InvalidRange: { status: 400, title: "The stretch of time cannot be used" },
  InvalidEndpoint: { status: 400, title: "The endpoint cannot be subscribed" },
  InvalidReceipt: { status: 400, title: "The receipt is not valid" },
  Unauthenticated: { status: 401, title: "Who calls is not known" },
  Forbidden: { status: 403, title: "The key may not do this" },
  NoRole: { status: 403, title: "Nobody gave you a role here" },
  ForeignOrigin: { status: 403, title: "The request does not come from the service's own pages" },
  InsecureSignIn: { status: 403, title: "Nobody signs in over an open connection" },
  NotFound: { status: 404, title: "There is nothing here" },
  FlowNotExists: { status: 404, title: "The flow does not exist" },
  VersionNotExists: { status: 404, title: "The version does not exist" },
  ExecutionNotExists: { status: 404, title: "The execution does not exist" },
  StepNotExists: { status: 404, title: "The step does not exist" },
  ValueNotExists: { status: 404, title: "The value does not exist" },
  ScheduleNotExists: { status: 404, title: "The schedule does not exist" },
  InstantNotExists: { status: 404, title: "The schedule has no such instant" },
  BackfillNotExists: { status: 404, title: "The backfill does not exist" },
  QueueNotExist: { status: 404, title: "The queue does not exist" },
  WorkerNotExist: { status: 404, title: "The worker does not exist" },
  TopicNotExist: { status: 404, title: "The topic does not exist" },
  SubscriptionNotExist: { status: 404, title: "The subscription does not exist" },
  MessageNotExist: { status: 404, title: "The message does not exist" },
  NeedNotExist: { status: 404, title: "Nothing needs anybody under this id" },
  KeyNotExists: { status: 404, title: "The access key does not exist" },
  MethodNotAllowed: { status: 405, title: "The method is not allowed here" },
  FlowPaused: { status: 409, title: "The flow is paused" },
  VersionMoved: { status: 409, title: "The flow is at another version" },
  ExecutionAlreadyExists: { status: 409, title: "The name is taken" },
  ExecutionAlreadyCompleted: { status: 409, title: "The execution has ended" },
  ExecutionRunning: { status: 409, title: "The execution runs" },
  NotRedrivable: { status: 409, title: "The execution cannot go on" },
  OverlapRunning: { status: 409, title: "Another execution of the schedule runs" },
  DoctorRunning: { status: 409, title: "An inspection is under way" },
  StepNotOpen: { status: 409, title: "The step is not open" },
  ExecutionStarting: { status: 409, title: "The execution has not started yet" },
  ExecutionEnded: { status: 409, title: "The execution has ended" },
  TaskAlreadyCompleted: { status: 409, title: "The task was reported before" },
  TaskSuperseded: { status: 409, title: "A newer attempt of the task runs" },
  TaskTimedOut: { status: 409, title: "The task was not answered in time" },
  IdempotencyConflict: { status: 409, title: "The idempotency key was used for something else" },
  RecordUnreadable: { status: 409, title: "What is stored of it cannot be read" },
  LastAdminKey: { status: 409, title: "An admin key must remain" },
  TooManyKeys: { status: 409, title: "There are too many access keys" },
  ScheduleParked: { status: 409, title: "The schedule does not fire until somebody looks after it" },
  TooManySkips: { status: 409, title: "Too many instants are to be skipped" },
  BackfillRunning: { status: 409, title: "Another backfill runs" },
  TooManySubscriptions: { status: 409, title: "There are too many subscriptions" },
  LeaseExpired: { status: 409, title: "The lease is over" },
  TaskOver: { status: 409, title: "The message's task is over" },
  BodyTooLarge: { status: 413, title: "The body is too large" },
  PayloadTooLarge: { status: 413, title: "The payload is too large" },
  MessageTooLarge: { status: 413, title: "A message is too large" },
  UnsupportedMediaType: { status: 415, title: "The body's type is not known" },
  InvalidDefinition: { status: 422, title: "The flow definition has errors" },
  IncompatibleVersion: { status: 422, title: "The version does not fit what is open" },
  UpgradeRequired: { status: 426, title: "Here is a socket" },
  QueueFull: { status: 429, title: "The queue is full" },
  FlowFull: { status: 429, title: "Too many starts of the flow wait" },
  TooManyExecutions: { status: 429, title: "Too many executions of the flow run" },
  TooManyStarts: { status: 429, title: "Too many executions of the flow start" },
  MemoryFull: { status: 429, title: "There is no room for more" },
  TooManySignIns: { status: 429, title: "Too many tries to sign in failed" },
  TooManySockets: { status: 429, title: "Too many workers are connected" },
  TooManyPolls: { status: 429, title: "Too many polls wait" },
  InternalError: { status: 500, title: "Something is wrong with the service" },
  NotConfigured: { status: 503, title: "The service is not set up" },
  AccessUnreachable: { status: 503, title: "Cloudflare Access does not answer" },
  Overloaded: { status: 503, title: "The service is busy" },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Thrown by what reads requests, and by handlers to answer with a problem. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly more: Pick<Problem, "errors" | "diagnostics">;

  constructor(code: ProblemCode, detail: string, more: Pick<Problem, "errors" | "diagnostics"> = {}) {
    super(detail);
    this.code = code;
    this.more = more;
  }
}

type DiagnosedRejection = Rejection & Required<Pick<Problem, "diagnostics">>;

/** A core rejection as a problem: both use the same codes. */
export function problemOf(rejection: Rejection | DiagnosedRejection): ProblemError {
  const { code, detail } = rejection;
  if (!isProblemCode(code)) throw new Error(`Broken invariant: rejection ${code} has a status`);
  const more = "diagnostics" in rejection ? { diagnostics: rejection.diagnostics } : {};
  return new ProblemError(code, detail, more);
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code].status;
}

export function toProblem({ code, message, more }: ProblemError, requestId: string): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `about:blank#${code}`, title, status, detail: message, code, requestId, ...more };
}
