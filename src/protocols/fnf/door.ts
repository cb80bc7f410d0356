import { permits } from "../../auth/roles.ts";
import { maskTokensIn } from "../../auth/task-token.ts";
import { FNF_ANSWER_BYTES } from "../../core/limits.ts";
import { utf8Length } from "../../core/text.ts";
import type { Env } from "../../env.ts";
import { audited } from "../../service/audit.ts";
import { clientAddress } from "../../service/client-address.ts";
import { rejectionOf } from "../../service/failures.ts";
import { findMasterKeys } from "../../service/master-keys.ts";
import { type Action, type ActionRequest, isAudited, readParameters } from "./action.ts";
import { ACTIONS } from "./actions.ts";
import { authenticate } from "./authenticate.ts";
import { FnfError, errorOf, flowNotExists } from "./errors.ts";
import { type Parameters, readRaw } from "./parameters.ts";
import { wasSeenLately } from "./recent-nonces.ts";
import { isAcs3, readSignature } from "./signature.ts";

const VERSION = "2019-03-15";
const CHOSEN_REQUEST_ID = /^[\w-]{1,64}$/;
/** Seconds a caller should leave an overloaded service alone. */
const RETRY_AFTER_SECONDS = "1";

const BY_NAME: ReadonlyMap<string, Action> = new Map(ACTIONS.map((action) => [action.name, action]));

/** What every answer says of its request. */
interface Call {
  requestId: string;
  readonly method: string;
  readonly host: string;
}

/**
 * All of the API lies at one path; which action is meant, parameters or headers say. A request of its kind that comes to
 * another path is answered in its words, too: some clients take any answer without a `Code` for a success.
 */
export function isForFnf({ headers }: Request, { pathname, searchParams }: URL): boolean {
  if (/^\/+$/.test(pathname) || isAcs3(headers.get("authorization"))) return true;
  return searchParams.has("Action") && searchParams.has("Signature");
}

/** Answers one request of FnF's API, whatever it is. Never throws. */
export async function answerFnf(request: Request, env: Env): Promise<Response> {
  const { method, headers } = request;
  const call: Call = {
    method,
    requestId: crypto.randomUUID().toUpperCase(),
    host: headers.get("host") ?? new URL(request.url).host,
  };
  try {
    return respond(call, 200, await answer(request, env, call));
  } catch (error) {
    const { status, code, message } =
      error instanceof FnfError ? error : errorOf(rejectionOf(error, call.requestId));
    return respond(call, status, { HostId: call.host, Code: code, Message: message });
  }
}

async function answer(request: Request, env: Env, call: Call): Promise<object> {
  const keys = await findMasterKeys(env);
  if (!keys.ok) throw errorOf(keys);
  const { masters } = keys;
  const raw = await readRaw(request);
  const chosen = raw.all.get("RequestId");
  if (chosen !== undefined && CHOSEN_REQUEST_ID.test(chosen)) call.requestId = chosen;
  const signed = readSignature(raw);
  // Not the id that the caller chose: a replay would bring the same one.
  const { caller, nonce } = await authenticate(env, masters[0], signed, crypto.randomUUID());
  const action = find(signed.action, signed.version);
  if (!permits(caller, action.needs)) {
    throw new FnfError("AccessDenied", `a key with the role ${caller.role} may not ask for ${action.name}`);
  }
  // Nothing is written for a read, so whoever answers it has to remember it himself.
  if (action.needs === "read" && wasSeenLately(nonce.id)) {
    throw new FnfError(
      "SignatureNonceUsed",
      "this request was sent before: sign each one with a SignatureNonce of its own",
    );
  }
  const parameters = readParameters(action, raw.all);
  const { host } = call;
  return perform(
    action,
    { env, parameters, caller, masters, nonce, host },
    clientAddress(request, env),
    raw.all,
  );
}

function find(name: string, version: string): Action {
  if (version !== VERSION) {
    throw new FnfError("APIVersionNotSupported", `this is the version ${VERSION} of the API`);
  }
  const action = BY_NAME.get(name);
  if (action) return action;
  throw new FnfError("ActionNotSupported", "there is no such action in this version of the API");
}

function perform(
  action: Action,
  request: ActionRequest<Record<string, unknown>>,
  from: string | undefined,
  given: Parameters,
): Promise<object> {
  const handle = () => action.handle(request).catch((error: unknown) => toss(error, request.parameters));
  if (!isAudited(action)) return handle();
  const subject = {
    action: `fnf:${action.name}`,
    target: targetOf(action, given),
    // Chosen ids need not be unique, and the log is told by them.
    requestId: request.nonce.request,
    caller: request.caller,
    from,
  };
  return audited(request.env, subject, handle, (outcome) => {
    if ("value" in outcome) return { status: 200 };
    return { status: outcome.error instanceof FnfError ? outcome.error.status : 500 };
  });
}

/** Throws what an action threw; that its flow is not there is said in FnF's own words. */
function toss(error: unknown, { Name, FlowName = Name }: Record<string, unknown>): never {
  const isNoFlow = error instanceof FnfError && error.code === "FlowNotExists";
  throw isNoFlow && typeof FlowName === "string" ? flowNotExists(FlowName) : error;
}

/** What is to be changed, in the words of the audit log. */
function targetOf({ parameters }: Action, given: Parameters): Record<string, string> {
  const words = { Name: "flow", FlowName: "flow", ExecutionName: "name", ScheduleName: "schedule" };
  return Object.fromEntries(
    Object.entries(words).flatMap(([parameter, word]) => {
      // What the action does not read was not checked.
      const value = Object.hasOwn(parameters, parameter) ? given.get(parameter) : undefined;
      return value === undefined ? [] : [[word, value]];
    }),
  );
}

function respond(call: Call, status: number, body: object): Response {
  const { method, requestId } = call;
  const headers = new Headers({
    "content-type": "application/json;charset=utf-8",
    // Some clients cannot undo a compression that is put on underway: the first holds at the platform, the second locally.
    "cache-control": "no-store, no-transform",
    "content-encoding": "identity",
    "x-acs-request-id": requestId,
    "x-request-id": requestId,
  });
  if (status === 429 || status === 503) headers.set("retry-after", RETRY_AFTER_SECONDS);
  const text = maskTokensIn(JSON.stringify({ RequestId: requestId, ...body }));
  if (status === 200 && utf8Length(text) > FNF_ANSWER_BYTES) return respond(call, 400, tooLarge(call));
  return new Response(method === "HEAD" ? null : text, { status, headers });
}

function tooLarge({ host }: Call) {
  const Message = `the answer has more than ${FNF_ANSWER_BYTES} bytes: ask for less, or ask the native API`;
  return { HostId: host, Code: "EntityTooLarge", Message };
}
