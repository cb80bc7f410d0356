import type { Rejection } from "../../core/result.ts";

/** Every code that MNS answers with, and its status (spec: MNS section 4.7). */
export const MNS_ERRORS = {
  InvalidAuthorizationHeader: 400,
  MissingAuthorizationHeader: 400,
  InvalidDateHeader: 400,
  MissingDateHeader: 400,
  InvalidArgument: 400,
  InvalidDegist: 400,
  InvalidRequestURL: 400,
  InvalidQueryString: 400,
  MalformedXML: 400,
  MissingReceiptHandle: 400,
  MissingVisibilityTimeout: 400,
  InvalidQueueName: 400,
  QueueNameLengthError: 400,
  ReceiptHandleError: 400,
  QpsLimitExceeded: 400,
  AccessDenied: 403,
  InvalidAccessKeyId: 403,
  SignatureDoesNotMatch: 403,
  TopicNameInvalid: 400,
  TopicNameLengthError: 400,
  SubscriptionNameInvalid: 400,
  SubscriptionNameLengthError: 400,
  EndpointInvalid: 400,
  QueueNotExist: 404,
  TopicNotExist: 404,
  SubscriptionNotExist: 404,
  MessageNotExist: 404,
  TimeExpired: 408,
  QueueAlreadyExist: 409,
  TopicAlreadyExist: 409,
  SubscriptionAlreadyExist: 409,
  RecordUnreadable: 409,
  InternalError: 500,
} as const satisfies Record<string, number>;

export type MnsErrorCode = keyof typeof MNS_ERRORS;

/** Thrown by whatever reads a request or carries it out, to answer with an error. */
export class MnsError extends Error {
  readonly code: MnsErrorCode;
  readonly status: number;

  constructor(code: MnsErrorCode, message: string, status: number = MNS_ERRORS[code]) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Our rejections in MNS's words; those that are missing here have the same name there. */
const WORDS: ReadonlyMap<string, MnsErrorCode> = new Map([
  ["InvalidReceipt", "ReceiptHandleError"],
  // To MNS a receipt is good as long as the message is hidden, and no longer.
  ["LeaseExpired", "MessageNotExist"],
  // Its task is over: it can be deleted still, but not kept.
  ["TaskOver", "MessageNotExist"],
  ["MessageTooLarge", "InvalidArgument"],
  ["BodyTooLarge", "InvalidArgument"],
  ["InvalidEndpoint", "EndpointInvalid"],
  ["TooManySubscriptions", "InvalidArgument"],
  ["QueueFull", "QpsLimitExceeded"],
  ["MemoryFull", "QpsLimitExceeded"],
  ["TooManyPolls", "QpsLimitExceeded"],
]);

export function errorOf({ code, detail }: Rejection): MnsError {
  const word = WORDS.get(code) ?? (isMnsCode(code) ? code : undefined);
  if (word === undefined) throw new Error(`Broken invariant: rejection ${code} has a name in MNS`);
  return new MnsError(word, detail);
}

function isMnsCode(code: string): code is MnsErrorCode {
  return Object.hasOwn(MNS_ERRORS, code);
}
