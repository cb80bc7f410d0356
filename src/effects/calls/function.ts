import { type JsonObject, isJsonObject, jsonSize, readJson } from "../../core/json.ts";
import { TASK_DATA_SIZE } from "../../core/limits.ts";
import type { Env } from "../../env.ts";
import { type CallOf, type CallResult, type Caller, asCause, failed, refused, unanswered } from "./call.ts";
import { idempotencyKey } from "./idempotency.ts";
import { type Send, callForTask, parseJson } from "./respond.ts";

/** Where the table of functions sends a call: an address, or a Service binding of the Worker. */
type Target = { readonly url: string } | { readonly binding: string };

/**
 * Calls a function: its event is the step's input (or an action's serviceParams), its answer a JSON object (spec: FDL
 * sections 5.2, 5.6 and 6.1). Which address or binding stands behind its name says the variable `FUNCTIONS`.
 */
export const callFunction: Caller<"function"> = async (context, call) => {
  const { env, execution } = context;
  const { resource, params, pattern } = call;
  const { name, prefix } = resource;
  const target = findTarget(env, name);
  const send = target && sender(env, target);
  if (!target || !send)
    return refused(`${prefix}.FunctionNotFound`, `FUNCTIONS has no usable entry for "${name}"`);
  const isAction = prefix !== "FC";
  const event = isAction ? params : call.input;
  if (jsonSize(event, TASK_DATA_SIZE) > TASK_DATA_SIZE) {
    return refused(
      "FnF.DataLimitExceeded",
      `the input of the task is larger than ${TASK_DATA_SIZE} bytes of JSON`,
    );
  }
  const isAsync = !isAction && params.InvocationType === "Async";
  // All parameters of an action are for whom it calls.
  const idempotency = idempotencyKey(execution, isAction ? { ...call, params: {} } : call);
  if (!idempotency.ok) return refused(`${prefix}.InvalidArgument`, idempotency.detail);
  const request = buildRequest(target, call, event, idempotency.key);
  if (!request)
    return refused(`${prefix}.InvalidArgument`, "the call cannot be made: see FUNCTIONS and serviceParams");
  const answer = await callForTask(context, call, send, request);
  if ("reason" in answer)
    return unanswered(call, answer, { tooLarge: "FnF.InvalidLocal", none: `${prefix}.Unknown` });
  const { status, text } = answer;
  if (status < 200 || status >= 300) return failureOf(prefix, status, text);
  const isResult = pattern === "sync" || (pattern === "requestResponse" && !isAsync);
  return isResult ? resultOf(text) : { ok: true, output: {} };
};

/** Undefined when address or headers are such that HTTP does not allow. */
function buildRequest(
  target: Target,
  { resource: { name, prefix }, params }: CallOf<"function">,
  event: JsonObject,
  idempotency: string,
): Request | undefined {
  const isFunction = prefix === "FC";
  const { InvocationType, StatefulAsyncInvocationID: invocation } = params;
  try {
    return new Request("url" in target ? target.url : `https://function/${encodeURI(name)}`, {
      method: "POST",
      body: JSON.stringify(event),
      headers: {
        "content-type": "application/json",
        "idempotency-key": idempotency,
        ...(isFunction && InvocationType === "Async" && { "x-fc-invocation-type": "Async" }),
        ...(isFunction &&
          typeof invocation === "string" && { "x-fc-stateful-async-invocation-id": invocation }),
      },
    });
  } catch {
    return undefined;
  }
}

function findTarget({ FUNCTIONS = "{}" }: Env, name: string): Target | undefined {
  const table = parseJson(FUNCTIONS);
  const entry = isJsonObject(table) && Object.hasOwn(table, name) ? table[name] : undefined;
  if (typeof entry === "string" && /^https?:\/\//.test(entry)) return { url: entry };
  const binding = isJsonObject(entry) ? entry.binding : undefined;
  return typeof binding === "string" ? { binding } : undefined;
}

function sender(env: Env, target: Target): Send | undefined {
  if ("url" in target) return (request) => fetch(request);
  const bindings: Readonly<Record<string, unknown>> = { ...env };
  const binding = bindings[target.binding];
  if (typeof binding !== "object" || binding === null || !("fetch" in binding)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the operator says that it is a Service binding
  const service = binding as Fetcher;
  return (request) => service.fetch(request);
}

function resultOf(text: string): CallResult {
  const read = readJson(text);
  if (!read.ok && read.code !== "NotJson")
    return failed("FnF.InvalidLocal", asCause(`the function's answer cannot be kept: ${read.detail}`));
  if (!read.ok || !isJsonObject(read.value))
    return failed("FnF.InvalidLocal", "the function's answer is not a JSON object");
  if (jsonSize(read.value, TASK_DATA_SIZE) > TASK_DATA_SIZE) {
    return failed("FnF.InvalidLocal", `the function's answer is larger than ${TASK_DATA_SIZE} bytes of JSON`);
  }
  return { ok: true, output: read.value };
}

/** A function that says of which type its error is fails the task with that; else its platform or the status tells. */
function failureOf(prefix: string, status: number, text: string): CallResult {
  const body = parseJson(text);
  const type = isJsonObject(body) ? body.errorType : undefined;
  if (typeof type === "string" && type !== "") return failed(type.slice(0, 128), asCause(text));
  const own = isJsonObject(body) ? body.ErrorCode : undefined;
  if (status < 500 && status !== 429 && typeof own === "string" && own !== "") {
    return failed(`${prefix}.${own}`.slice(0, 128), asCause(text));
  }
  const code = CODES.get(status) ?? (status >= 500 ? "InternalServerError" : "Unknown");
  return failed(`${prefix}.${code}`, asCause(text === "" ? `status ${status}` : text));
}

const CODES: ReadonlyMap<number, string> = new Map([
  [429, "ResourceExhausted"],
  [503, "ResourceThrottled"],
]);
