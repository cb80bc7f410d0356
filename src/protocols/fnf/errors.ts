import type { Rejection } from "../../core/result.ts";

/** Codes and statuses (spec: api.md section 3.2); those with a dot, and those of the signature, are the gateway's. */
const FNF_ERRORS = {
  ActionNotSupported: 400,
  APIVersionNotSupported: 400,
  EntityTooLarge: 400,
  ExecutionAlreadyCompleted: 400,
  ExecutionAlreadyExists: 400,
  InvalidArgument: 400,
  "InvalidTimeStamp.Expired": 400,
  "InvalidTimeStamp.Format": 400,
  MissingRequiredHeader: 400,
  MissingRequiredParams: 400,
  SignatureDoesNotMatch: 400,
  SignatureNonceUsed: 400,
  TaskAlreadyCompleted: 400,
  AccessDenied: 403,
  ExecutionNotExists: 404,
  FlowNotExists: 404,
  "InvalidAccessKeyId.NotFound": 404,
  ScheduleNotExists: 404,
  ConcurrentUpdateError: 409,
  FlowAlreadyExists: 409,
  RecordUnreadable: 409,
  ScheduleAlreadyExists: 409,
  TaskInvalidState: 409,
  ResourceThrottled: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
} as const satisfies Record<string, number>;

type NamedCode = keyof typeof FNF_ERRORS;
/** `MissingTimestamp` and the like: a system parameter is not there. */
type FnfCode = NamedCode | `Missing${string}`;

/** What the rest of the house says, in FnF's words. Codes that are not here are the same in both. */
const IN_FNF_WORDS: ReadonlyMap<string, NamedCode> = new Map<string, NamedCode>([
  ["InvalidRequest", "InvalidArgument"],
  ["InvalidDefinition", "InvalidArgument"],
  ["InvalidCron", "InvalidArgument"],
  ["InvalidSchedule", "InvalidArgument"],
  ["PayloadTooLarge", "InvalidArgument"],
  ["InvalidToken", "InvalidArgument"],
  ["InvalidOutput", "InvalidArgument"],
  ["VersionNotExists", "InvalidArgument"],
  ["WrongExecutionMode", "InvalidArgument"],
  // It was deleted in between.
  ["ValueNotExists", "ExecutionNotExists"],
  ["BodyTooLarge", "EntityTooLarge"],
  ["Unauthenticated", "InvalidAccessKeyId.NotFound"],
  // The code on which workers take their message from the queue: there is nothing more to do for this task.
  ["TaskSuperseded", "TaskAlreadyCompleted"],
  ["TaskTimedOut", "TaskAlreadyCompleted"],
  ["ExecutionEnded", "TaskAlreadyCompleted"],
  ["ExecutionStarting", "TaskInvalidState"],
  ["TooManyExecutions", "ResourceThrottled"],
  ["FlowPaused", "ResourceThrottled"],
  ["FlowFull", "ResourceThrottled"],
  ["MemoryFull", "ResourceThrottled"],
  ["TooManyPolls", "ResourceThrottled"],
  ["TooManyStarts", "ResourceThrottled"],
  ["NotConfigured", "ServiceUnavailable"],
  ["Overloaded", "ServiceUnavailable"],
  ["InternalError", "InternalServerError"],
]);

/** Thrown by what reads requests, and by actions to answer with an error. */
export class FnfError extends Error {
  readonly code: FnfCode;

  constructor(code: FnfCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return isNamed(this.code) ? FNF_ERRORS[this.code] : 400;
  }
}

/** To the letter what clients look for: Serverless Devs creates a flow when it has read this, and only then. */
export function flowNotExists(flow: string): FnfError {
  return new FnfError("FlowNotExists", `Flow '${flow}' does not exist`);
}

export function errorOf({ code, detail }: Rejection): FnfError {
  const known = isNamed(code) ? code : IN_FNF_WORDS.get(code);
  if (!known) throw new Error(`Broken invariant: rejection ${code} has a word in FnF`);
  return new FnfError(known, detail);
}

function isNamed(code: string): code is NamedCode {
  return Object.hasOwn(FNF_ERRORS, code);
}
