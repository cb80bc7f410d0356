import { HTTP_METHODS } from "../../core/fdl/resource.ts";
import { type Json, type JsonObject, isJsonObject, jsonDepth, jsonSize, readJson } from "../../core/json.ts";
import { JSON_DEPTH, TASK_DATA_SIZE } from "../../core/limits.ts";
import { type Result, reject } from "../../core/result.ts";
import { type CallOf, type CallResult, type Caller, asCause, failed, refused, unanswered } from "./call.ts";
import { isPrivateAddress } from "../../auth/addresses.ts";
import { OpenSecrets, SECRET_VARIABLE } from "../../auth/secrets.ts";
import { idempotencyKey } from "./idempotency.ts";
import { callForTask } from "./respond.ts";

/**
 * An HTTP task: `Method`, `Headers`, `Query`, `Body` and `ExpectedStatus` of its serviceParams; without them a POST of
 * the step's input. Its output is `{status, headers, body}`. Every repeat carries the same `Idempotency-Key`, the
 * task's own if it has one. Secrets are put in here, and taken out of whatever comes back.
 */
export const callUrl: Caller<"http"> = async (context, call) => {
  const { env, execution } = context;
  const open = new OpenSecrets(env, call.secrets);
  if (open.missing !== undefined) {
    const detail = `the service has no secret "${open.missing}": set ${SECRET_VARIABLE}${open.missing}`;
    return refused("FnF.SecretNotFound", detail);
  }
  const built = buildRequest(execution, call, open);
  if (!built.ok) return refused("FnF.InvalidArgument", open.mask(built.detail));
  const { request, expected } = built;
  if (env.ALLOW_PRIVATE_ADDRESSES !== "true" && isPrivateAddress(new URL(request.url))) {
    return refused(
      "HTTP.AddressNotAllowed",
      "private addresses are not called unless ALLOW_PRIVATE_ADDRESSES is set",
    );
  }
  const answer = await callForTask(context, call, (sent) => fetch(sent), request);
  if ("reason" in answer)
    return unanswered(call, { ...answer, message: open.mask(answer.message) }, UNANSWERED);
  const { status, headers, text } = answer;
  if (!isExpected(status, expected)) return failed(`HTTP.${status}`, asCause(open.mask(text)));
  const body = readJson(text);
  if (!body.ok && body.code !== "NotJson")
    return failed("FnF.DataLimitExceeded", asCause(`body: ${body.detail}`));
  return output({ status, headers: headersOf(headers), body: body.ok ? body.value : text }, open);
};

const UNANSWERED = { tooLarge: "FnF.DataLimitExceeded", none: "HTTP.NoAnswer" } as const;

function output(answer: JsonObject, open: OpenSecrets): CallResult {
  if (jsonDepth(answer, JSON_DEPTH) <= JSON_DEPTH) {
    const masked = maskAnswer(answer, open);
    if (jsonSize(masked, TASK_DATA_SIZE) <= TASK_DATA_SIZE) return { ok: true, output: masked };
  }
  return failed(
    "FnF.DataLimitExceeded",
    `the answer is larger than ${TASK_DATA_SIZE} bytes of JSON, or too deep`,
  );
}

function maskAnswer({ status = null, ...rest }: JsonObject, open: OpenSecrets): JsonObject {
  return { status, ...open.maskIn(rest) };
}

/** Headers that come several times are one text, but for cookies: those cannot be told apart in one. */
function headersOf(headers: Headers): JsonObject {
  const cookies = headers.getSetCookie();
  return { ...Object.fromEntries(headers), ...(cookies.length > 1 && { "set-cookie": cookies }) };
}

function buildRequest(
  execution: string,
  call: CallOf<"http">,
  open: OpenSecrets,
): Result<{ request: Request; expected: readonly number[] }> {
  const { resource, params, input } = call;
  const { Method = isPlain(params) ? "POST" : "GET", Headers: headers = {}, Query: query = {} } = params;
  const { ExpectedStatus = [] } = params;
  const body = params.Body ?? (isPlain(params) ? input : undefined);
  const method = typeof Method === "string" ? Method.toUpperCase() : "";
  const expected = Array.isArray(ExpectedStatus) ? (ExpectedStatus as readonly Json[]) : [ExpectedStatus];
  if (!HTTP_METHODS.some((known) => known === method)) return invalid("Method", HTTP_METHODS.join(", "));
  if (!isJsonObject(headers) || !isJsonObject(query)) return invalid("Headers and Query", "objects");
  if (!expected.every((status) => typeof status === "number")) return invalid("ExpectedStatus", "numbers");
  if (body !== undefined && (method === "GET" || method === "HEAD"))
    return invalid("Body", `absent with ${method}`);
  if (!URL.canParse(resource.url)) return reject("InvalidArgument", `${resource.url} is not an address`);
  const idempotency = idempotencyKey(execution, call);
  if (!idempotency.ok) return idempotency;
  const url = new URL(resource.url);
  for (const [key, value] of texts("Query", query, open)) url.searchParams.append(key, value);
  try {
    const request = new Request(url, {
      method,
      headers: {
        "idempotency-key": idempotency.key,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...Object.fromEntries(
          texts("Headers", headers, open).map(([key, value]) => [key.toLowerCase(), value]),
        ),
      },
      ...(body !== undefined && { body: textOf(body) }),
    });
    return { ok: true, request, expected };
  } catch (error) {
    return invalid("Headers", `headers that HTTP allows (${error instanceof Error ? error.message : ""})`);
  }
}

/** Nothing says what is to be called how. */
function isPlain({ Method, Body }: JsonObject): boolean {
  return Method === undefined && Body === undefined;
}

function invalid(what: string, rule: string) {
  return reject("InvalidArgument", `serviceParams.${what} must be ${rule}`);
}

/** The values of a parameter as texts, secrets among them. */
function texts(param: string, values: JsonObject, open: OpenSecrets): [key: string, text: string][] {
  return Object.entries(values).map(([key, value]) => [key, open.textAt(param, key) ?? textOf(value)]);
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isExpected(status: number, expected: readonly number[]): boolean {
  return expected.length === 0 ? status >= 200 && status < 300 : expected.includes(status);
}
