import type { Constant } from "../expr/place.ts";
import {
  LOST_AFTER_MAX,
  MESSAGE_TAG_LENGTH,
  PRIORITY_MAX,
  QUEUE_DELAY_SECONDS_MAX,
  TAKEN_SECONDS_MAX,
  WORKERS_MAX,
  WORKER_NAME_LENGTH,
} from "../limits.ts";
import { NAME_PATTERN, NAME_RULE, QUEUE_NAME_PATTERN, QUEUE_NAME_RULE } from "../names.ts";
import { type Result, reject } from "../result.ts";
import {
  ANYTHING,
  OBJECT,
  listOf,
  numberOrNumbers,
  oneOf,
  oneOfAnyCase,
  optional,
  textLike,
  textOfLength,
  wholeNumberFrom,
} from "./constants.ts";
import { type QueueChoice, readQueueName } from "./queue-choice.ts";

/** What a task step calls. */
export type Resource =
  /** One queue, or one that the task's input chooses with each attempt. */
  | { readonly kind: "queue"; readonly queue: string | QueueChoice }
  | { readonly kind: "topic"; readonly topic: string }
  /** Without `flow` the parameter FlowName says which. */
  | { readonly kind: "flow"; readonly flow?: string }
  /** `name` is what the installation's table of functions knows; errors are named `PREFIX.Code`. */
  | { readonly kind: "function"; readonly name: string; readonly prefix: string }
  | { readonly kind: "http"; readonly url: string }
  /** Who works at the queue that the parameter Queue names. */
  | { readonly kind: "workers" };

export type ResourceKind = Resource["kind"];
export type ResourceOf<K extends ResourceKind> = Extract<Resource, { kind: K }>;

export const TASK_PATTERNS = ["requestResponse", "sync", "waitForCallback"] as const;
export type TaskPattern = (typeof TASK_PATTERNS)[number];

export const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/** What may stand in a task's serviceParams. */
export interface ServiceParams {
  /** By name, what each may be when it is no path. */
  readonly known: Readonly<Record<string, Constant>> | "any";
  readonly required?: string;
  /** Parameters in which secrets may stand. */
  readonly secrets?: readonly string[];
  /** The step's input goes out as it is where none of these is given; absent: only parameters go out. */
  readonly sendsInputWithout?: readonly string[];
}

interface ResourceForm {
  readonly what: string;
  /** How it reads, for people. */
  readonly form: string;
  readonly pattern: RegExp;
  readonly patterns: readonly TaskPattern[];
  readonly params: ServiceParams;
  read(match: RegExpExecArray): Result<{ resource: Resource }>;
}

const MESSAGE = ["requestResponse", "waitForCallback"] as const;

const IDEMPOTENCY = oneOf("visit", "attempt");
const FLOW_NAME = textLike(NAME_PATTERN, NAME_RULE);
export const WORKER_NAMES = listOf(textOfLength(1, WORKER_NAME_LENGTH), WORKERS_MAX);
const CHILD = { Input: OBJECT, ExecutionName: optional(FLOW_NAME) };

/** One row for each kind of resource (spec: FDL section 5). */
const ARNS: readonly ResourceForm[] = [
  {
    what: "a queue",
    form: "acs:mns:::/queues/NAME/messages",
    pattern: /^acs:mns:[^:]*:[^:]*:\/queues\/([^/]+|[^/{]*\{.*)\/messages$/,
    patterns: MESSAGE,
    params: {
      known: {
        MessageBody: ANYTHING,
        Priority: optional(wholeNumberFrom(1, PRIORITY_MAX)),
        DelaySeconds: optional(wholeNumberFrom(0, QUEUE_DELAY_SECONDS_MAX)),
        LostAfter: optional(wholeNumberFrom(1, LOST_AFTER_MAX)),
        Worker: optional(textOfLength(1, WORKER_NAME_LENGTH)),
        TakenWithinSeconds: optional(wholeNumberFrom(1, TAKEN_SECONDS_MAX)),
      },
      required: "MessageBody",
    },
    read([, name = ""]) {
      const found = readQueueName(name);
      return found.ok ? { ok: true, resource: { kind: "queue", queue: found.queue } } : found;
    },
  },
  {
    what: "a topic",
    form: "acs:mns:::/topics/NAME/messages",
    pattern: /^acs:mns:[^:]*:[^:]*:\/topics\/([^/]+)\/messages$/,
    patterns: MESSAGE,
    params: {
      known: {
        MessageBody: ANYTHING,
        MessageTag: optional(textOfLength(1, MESSAGE_TAG_LENGTH)),
        MessageAttributes: ANYTHING,
      },
      required: "MessageBody",
    },
    read: ([, topic = ""]) => named(topic, QUEUE_NAME_PATTERN, QUEUE_NAME_RULE, { kind: "topic", topic }),
  },
  {
    what: "a flow",
    form: "acs:fnf:::flow/NAME",
    pattern: /^acs:fnf:[^:]*:[^:]*:flow\/([^/]+)$/,
    patterns: TASK_PATTERNS,
    params: { known: CHILD, sendsInputWithout: ["Input"] },
    read: ([, flow = ""]) => named(flow, NAME_PATTERN, NAME_RULE, { kind: "flow", flow }),
  },
  {
    what: "a function",
    form: "acs:fc:::services/SERVICE/functions/NAME",
    pattern: /^acs:fc:[^:]*:[^:]*:services\/([^/.]+)(?:\.[^/]+)?\/functions\/([^/]+)$/,
    patterns: TASK_PATTERNS,
    params: {
      known: {
        InvocationType: ANYTHING,
        StatefulAsyncInvocationID: ANYTHING,
        Idempotency: IDEMPOTENCY,
      },
      sendsInputWithout: [],
    },
    read: ([, service = "", name = ""]) => ({
      ok: true,
      resource: { kind: "function", name: `${service}/${name}`, prefix: "FC" },
    }),
  },
  {
    what: "an HTTP call",
    form: "https://HOST/PATH",
    pattern: /^https?:\/\/[^\s/?#@]+(?:[/?][^\s#]*)?$/i,
    patterns: MESSAGE,
    params: {
      known: {
        Method: oneOfAnyCase(...HTTP_METHODS),
        Headers: OBJECT,
        Query: OBJECT,
        Body: ANYTHING,
        ExpectedStatus: numberOrNumbers,
        Idempotency: IDEMPOTENCY,
      },
      sendsInputWithout: ["Method", "Body"],
      secrets: ["Headers", "Query"],
    },
    read: ([url = ""]) => ({ ok: true, resource: { kind: "http", url } }),
  },
];

/** A flow can be started by its API's name, too. */
const START_EXECUTION: ResourceForm = {
  what: "fnf:StartExecution",
  form: "fnf:StartExecution",
  pattern: /^fnf:StartExecution$/,
  patterns: TASK_PATTERNS,
  params: { known: { FlowName: FLOW_NAME, ...CHILD }, required: "FlowName" },
  read: () => ({ ok: true, resource: { kind: "flow" } }),
};

/** What is asked of Millrace itself. */
const LIST_WORKERS: ResourceForm = {
  what: "millrace:ListWorkers",
  form: "millrace:ListWorkers",
  pattern: /^millrace:ListWorkers$/,
  patterns: ["requestResponse"],
  params: {
    known: { Queue: textLike(QUEUE_NAME_PATTERN, QUEUE_NAME_RULE), Names: optional(WORKER_NAMES) },
    required: "Queue",
  },
  read: () => ({ ok: true, resource: { kind: "workers" } }),
};

const ACTION: ResourceForm = {
  what: "an action",
  form: "service:Operation",
  pattern: /^([a-z][\w-]*):[A-Za-z]\w*$/,
  patterns: MESSAGE,
  params: { known: "any" },
  read: ([name = "", prefix = ""]) => ({ ok: true, resource: { kind: "function", name, prefix } }),
};

function named(
  name: string,
  pattern: RegExp,
  rule: string,
  resource: Resource,
): Result<{ resource: Resource }> {
  return pattern.test(name)
    ? { ok: true, resource }
    : reject("UnsupportedResource", `"${name}" is not a name: ${rule}`);
}

export interface ParsedResource {
  readonly resource: Resource;
  readonly what: string;
  readonly patterns: readonly TaskPattern[];
  readonly params: ServiceParams;
}

/** What stands before the @ may be a secret: no message repeats it. */
const WITH_LOGIN = /^https?:\/\/[^/?#]*@/i;

/** Reads a `resourceArn`; `checkPattern` tells whether it can be called as it is to be. */
export function parseResource(arn: string): Result<ParsedResource> {
  const form = ARNS.find((candidate) => candidate.pattern.test(arn));
  if (form) return read(form, arn);
  if (WITH_LOGIN.test(arn)) {
    const remedy = "put them into serviceParams.Headers as Authorization";
    return reject(
      "UnsupportedResource",
      `an address with a user's name or password in it is not called: ${remedy}`,
    );
  }
  const known = ARNS.map((candidate) => candidate.form).join(", ");
  return reject("UnsupportedResource", `"${arn}" is not a known resource: use one of ${known}`);
}

/** Reads an `action`, the shorter way to name what a table of functions knows (spec: FDL section 5.6). */
export function parseAction(action: string): Result<ParsedResource> {
  const form = [START_EXECUTION, LIST_WORKERS, ACTION].find((candidate) => candidate.pattern.test(action));
  if (form) return read(form, action);
  return reject("UnsupportedResource", `"${action}" is not an action: use ${ACTION.form}`);
}

/** Whether a resource can be called with a pattern (spec: FDL section 5.1). */
export function checkPattern({ what, patterns }: ParsedResource, pattern: TaskPattern): Result<object> {
  if (patterns.includes(pattern)) return { ok: true };
  const others = patterns.join(" or ");
  return reject("UnsupportedResource", `${what} cannot be called with pattern ${pattern}: use ${others}`);
}

function read(form: ResourceForm, text: string): Result<ParsedResource> {
  const { what, params, patterns } = form;
  const match = form.pattern.exec(text);
  const found = match ? form.read(match) : reject("UnsupportedResource", `use ${form.form}`);
  return found.ok ? { ok: true, resource: found.resource, what, params, patterns } : found;
}
