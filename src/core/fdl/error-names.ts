import { nearest } from "../names.ts";

/**
 * The errors that have a meaning of their own, by the part of the service that gives them (spec: FDL section 6.1); flows,
 * functions and workers add theirs.
 */
export const ERROR_NAMES = {
  FnF: [
    "ALL",
    "TaskTimeout",
    "TaskHeartbeatTimeout",
    "Timeout",
    "RuntimeError",
    "InvalidLocal",
    "InvalidArgument",
    "InvalidInput",
    "DataLimitExceeded",
    "EventLimitExceeded",
    "InternalError",
    "SecretNotFound",
    "FlowNotExists",
    "FlowDeleted",
    "ExecutionAlreadyExists",
    "ChildDepthExceeded",
    "TooManyWaiting",
    "ParentStopped",
    "ScheduleOverlap",
    "FlowPaused",
    "WaitedTooLong",
    "ExecutionLost",
    "ItemStopped",
    "Stopped",
    "Fail",
  ],
  fnf: [
    "FlowNotExists",
    "ExecutionAlreadyExists",
    "ChildDepthExceeded",
    "InvalidArgument",
    "InvalidInput",
    "DataLimitExceeded",
    "ResourceThrottled",
  ],
  FC: [
    "ResourceThrottled",
    "ResourceExhausted",
    "InternalServerError",
    "ServiceNotFound",
    "FunctionNotFound",
    "InvalidArgument",
    "Unknown",
  ],
  MNS: [
    "QueueNotExist",
    "InvalidQueueName",
    "TopicNotExist",
    "MessageBodyTooLarge",
    "QpsLimitExceeded",
    "InvalidArgument",
    "InternalError",
  ],
  HTTP: ["NoAnswer", "AddressNotAllowed"],
  Worker: [
    "NotTaken",
    "Lost",
    "Timeout",
    "CommandNotFound",
    "Denied",
    "BadInput",
    "BadOutput",
    "ReportRefused",
    "Stopped",
    "Defect",
  ],
} as const;

const KNOWN: readonly string[] = Object.entries(ERROR_NAMES).flatMap(([prefix, names]) =>
  names.map((name) => `${prefix}.${name}`),
);

/** Whoever writes these without a prefix, or with another language's, means ours. */
const UNMISTAKABLE = ["FnF.ALL", "FnF.TaskTimeout", "FnF.TaskHeartbeatTimeout"];

/** Two letters of a shorter name are too many to be an accident. */
const SHORT = 10;

/** The known error that a name was most likely meant to be; undefined when it is known, or a name of its own. */
export function likelyErrorName(name: string): string | undefined {
  if (KNOWN.includes(name)) return undefined;
  return nearest(name, KNOWN, name.length < SHORT ? 1 : 2) ?? unprefixed(name);
}

function unprefixed(name: string): string | undefined {
  const word = name.replace(/^States\./, "").toLowerCase();
  return UNMISTAKABLE.find((known) => known.toLowerCase() === `fnf.${word}`);
}
