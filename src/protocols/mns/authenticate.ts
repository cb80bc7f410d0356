import { accessKeySecret } from "../../auth/access-key.ts";
import { equalInConstantTime } from "../../auth/bytes.ts";
import type { MasterKey } from "../../auth/master-key.ts";
import { hmacSha1, isTimely } from "../../auth/request-signature.ts";
import type { Caller } from "../../auth/roles.ts";
import type { Env } from "../../env.ts";
import { findCaller, isIssuedForm } from "../../service/key-calls.ts";
import { MnsError } from "./errors.ts";

const AUTHORIZATION = /^MNS +([^:\s]{1,128}):([A-Za-z0-9+/=]{1,128})$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Who signed a request (spec: MNS section 4.3); throws the error otherwise. The signature covers verb, target, dates
 * and headers of MNS; the body only by its Content-MD5.
 */
export async function authenticate(env: Env, master: MasterKey, request: Request): Promise<Caller> {
  const { headers } = request;
  const authorization = headers.get("authorization");
  if (authorization === null) {
    throw new MnsError("MissingAuthorizationHeader", "send `Authorization: MNS <AccessKeyId>:<Signature>`");
  }
  const [, accessKeyId, signature] = AUTHORIZATION.exec(authorization.trim()) ?? [];
  if (accessKeyId === undefined || signature === undefined) {
    throw new MnsError("InvalidAuthorizationHeader", "Authorization must be `MNS <AccessKeyId>:<Signature>`");
  }
  checkDate(headers);
  const expected = await hmacSha1(await accessKeySecret(master, accessKeyId), stringToSign(request));
  if (!equalInConstantTime(signature, expected)) throw unproven(accessKeyId);
  const found = await findCaller(env, accessKeyId);
  if (!found.ok) throw new MnsError("InvalidAccessKeyId", found.detail);
  return found.caller;
}

/** Whether there is such a key nobody is asked, as long as its secret was not shown. */
function unproven(accessKeyId: string): MnsError {
  return isIssuedForm(accessKeyId)
    ? new MnsError(
        "SignatureDoesNotMatch",
        "Signature in Authorization is not the one of this request and this key's secret",
      )
    : new MnsError("InvalidAccessKeyId", "AccessKeyId in Authorization is no access key of this service");
}

function checkDate(headers: Headers): void {
  const date = headers.get("x-mns-date") ?? headers.get("date");
  const name = headers.has("x-mns-date") ? "x-mns-date" : "Date";
  if (date === null) throw new MnsError("MissingDateHeader", "send the time as Date or x-mns-date");
  const at = HTTP_DATE.test(date.trim()) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new MnsError("InvalidDateHeader", `${name} must be a time such as Mon, 23 Nov 2026 04:00:00 GMT`);
  }
  if (!isTimely(at, Date.now())) {
    throw new MnsError("TimeExpired", `${name} is too far from the service's time: set the clock`);
  }
}

/** The target stands in it as it was sent: neither decoded nor put in order. */
function stringToSign({ method, url, headers }: Request): string {
  const target = url.slice(new URL(url).origin.length);
  const own = Array.from(headers)
    .filter(([name]) => name.startsWith("x-mns-"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const lines = [
    method,
    headers.get("content-md5") ?? "",
    headers.get("content-type") ?? "",
    headers.get("date") ?? headers.get("x-mns-date") ?? "",
  ];
  return `${lines.join("\n")}\n${own.join("")}${target}`;
}
