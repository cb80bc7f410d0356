import { toHex } from "../../auth/bytes.ts";
import { md5 } from "../../auth/md5.ts";
import { permits } from "../../auth/roles.ts";
import { MNS_REQUEST_BYTES, QUEUE_NAME_LENGTH } from "../../core/limits.ts";
import { QUEUE_NAME_PATTERN, QUEUE_NAME_RULE } from "../../core/names.ts";
import type { Env } from "../../env.ts";
import { refuseUnreadable } from "../../core/unreadable.ts";
import { log } from "../../log.ts";
import { type AuditOutcome, audited } from "../../service/audit.ts";
import { OverloadedError } from "../../call.ts";
import { clientAddress } from "../../service/client-address.ts";
import { findMasterKeys } from "../../service/master-keys.ts";
import { decodeUtf8, readBody } from "../../service/read-body.ts";
import { authenticate } from "./authenticate.ts";
import { MnsError, type MnsErrorCode, errorOf } from "./errors.ts";
import type { MnsAnswer, MnsCall, Names, Operation } from "./operation.ts";
import { accountOperations } from "./operations/account.ts";
import { messageOperations } from "./operations/messages.ts";
import { queueOperations } from "./operations/queues.ts";
import { subscriptionOperations } from "./operations/subscriptions.ts";
import { topicOperations } from "./operations/topics.ts";
import { Query } from "./read.ts";
import { type Element, malformed, readXml } from "./xml.ts";
import { type Xml, fields, writeXml, xml } from "../../core/xml.ts";

/** Of several rows that fit a request the first counts: a new operation is its row in its resource's file. */
export const OPERATIONS: readonly Operation[] = [
  ...queueOperations,
  ...messageOperations,
  ...topicOperations,
  ...subscriptionOperations,
  ...accountOperations,
];

const VERSION = "2015-06-06";
const OWN_PATH = /^\/(?:queues|topics)(?:\/|$)/;

/** Whether a request is for MNS: by its path, or by how it is signed. */
export function isForMns({ headers }: Request, { pathname }: URL): boolean {
  return OWN_PATH.test(pathname) || /^MNS /i.test(headers.get("authorization") ?? "");
}

/** Answers a request in the MNS protocol, whatever it is (spec: MNS section 4). Never throws. */
export async function answerMns(request: Request, env: Env): Promise<Response> {
  const requestId = crypto.randomUUID().replaceAll("-", "").slice(0, 24).toUpperCase();
  try {
    return respond(await carryOut(request, env, requestId), requestId);
  } catch (error) {
    const { code, message, status } = asMnsError(error, requestId);
    const told = { Code: code, Message: message, RequestId: requestId, HostId: new URL(request.url).origin };
    return respond({ status, body: xml("Error", fields(told)) }, requestId);
  }
}

async function carryOut(request: Request, env: Env, requestId: string): Promise<MnsAnswer> {
  const keys = await findMasterKeys(env);
  if (!keys.ok) throw new MnsError("InternalError", keys.detail, 503);
  const [master] = keys.masters;
  const caller = await authenticate(env, master, request);
  const url = new URL(request.url);
  const query = new Query(url.searchParams);
  const { operation, names } = find(request.method, url.pathname, query);
  if (!permits(caller, operation.access, names.queue || undefined)) {
    throw new MnsError("AccessDenied", `a key with the role ${caller.role} may not do this`);
  }
  const body = await readElement(request);
  const { headers } = request;
  const call: MnsCall = {
    env,
    caller,
    origin: url.origin,
    names,
    query,
    headers,
    body,
  };
  if (!operation.audited) return operation.handle(call);
  const target = Object.fromEntries(Object.entries(names).filter(([, name]) => name !== ""));
  const from = clientAddress(request, env);
  const subject = { requestId, caller, action: `MNS ${operation.name}`, target, from };
  return audited(env, subject, () => operation.handle(call), auditOutcome);
}

function auditOutcome(outcome: { value: MnsAnswer } | { error: unknown }): AuditOutcome {
  if ("value" in outcome) return { status: outcome.value.status };
  return { status: outcome.error instanceof MnsError ? outcome.error.status : 500 };
}

function find(method: string, path: string, query: Query): { operation: Operation; names: Names } {
  for (const operation of OPERATIONS) {
    if (operation.method !== method || (operation.when && !operation.when(query))) continue;
    const names = matchPath(operation.path, path);
    if (names) return { operation, names };
  }
  throw new MnsError("InvalidRequestURL", `nothing is done by ${method} at this address`);
}

/** The names in a path of this form; undefined when it has another form. */
function matchPath(form: string, path: string): Names | undefined {
  const [wanted, parts] = [form.split("/"), path.split("/")];
  if (wanted.length !== parts.length) return undefined;
  const names = { queue: "", topic: "", subscription: "" };
  for (const [position, want] of wanted.entries()) {
    const part = parts[position] ?? "";
    const [, kind] = /^\{(queue|topic|subscription)\}$/.exec(want) ?? [];
    if (kind === undefined ? want !== part : part === "") return undefined;
    if (isNameKind(kind)) names[kind] = part;
  }
  for (const [kind, name] of Object.entries(names)) if (isNameKind(kind)) checkName(kind, name);
  return names;
}

function isNameKind(kind: string | undefined): kind is keyof Names {
  return kind !== undefined && kind in NAME_ERRORS;
}

const NAME_ERRORS = {
  queue: ["InvalidQueueName", "QueueNameLengthError"],
  topic: ["TopicNameInvalid", "TopicNameLengthError"],
  subscription: ["SubscriptionNameInvalid", "SubscriptionNameLengthError"],
} as const satisfies { readonly [K in keyof Names]: readonly [MnsErrorCode, MnsErrorCode] };

function checkName(kind: keyof Names, name: string): void {
  if (name === "" || QUEUE_NAME_PATTERN.test(name)) return;
  const [invalid, tooLong] = NAME_ERRORS[kind];
  throw new MnsError(name.length > QUEUE_NAME_LENGTH ? tooLong : invalid, `a name is ${QUEUE_NAME_RULE}`);
}

/** The body, if there is one. Its digest comes in two spellings: of the bytes, and of their hex text. */
async function readElement(request: Request): Promise<Element | undefined> {
  const read = await readBody(request, MNS_REQUEST_BYTES);
  if (!read.ok) throw errorOf(read);
  const { bytes } = read;
  const claimed = request.headers.get("content-md5");
  if (claimed) {
    const digest = await md5(bytes);
    const spellings = [String.fromCharCode(...new Uint8Array(digest)), toHex(digest)].map(btoa);
    if (!spellings.includes(claimed)) {
      throw new MnsError("InvalidDegist", "Content-MD5 is not the one of the body that came");
    }
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw malformed("it is not UTF-8 text");
  return text.trim() === "" ? undefined : readXml(text);
}

function asMnsError(error: unknown, requestId: string): MnsError {
  if (error instanceof MnsError) return error;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof OverloadedError) {
    log({ event: "overloaded", requestId, message });
    return new MnsError("QpsLimitExceeded", "too much is asked at once: try again shortly");
  }
  const unreadable = refuseUnreadable(error);
  if (unreadable) {
    log({ event: "unreadable", requestId, message });
    return errorOf(unreadable);
  }
  log({ event: "requestFailed", requestId, message, stack });
  return new MnsError("InternalError", "the request failed for a reason that is not yours: try again");
}

function respond({ status, body, location }: MnsAnswer & { body?: Xml }, requestId: string): Response {
  const headers = new Headers({
    "x-mns-request-id": requestId,
    "x-mns-version": VERSION,
    // Some clients cannot undo a compression that is put on underway: this holds at the platform, the encoding locally.
    "cache-control": "no-store, no-transform",
  });
  if (location !== undefined) headers.set("location", location);
  if (!body) return new Response(null, { status, headers });
  headers.set("content-type", "text/xml;charset=utf-8");
  headers.set("content-encoding", "identity");
  return new Response(writeXml(body), { status, headers });
}
