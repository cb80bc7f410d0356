import { toHex, utf8 } from "../../auth/bytes.ts";
import { hmacSha1, hmacSha256Hex } from "../../auth/request-signature.ts";
import { FNF_CANONICAL_LENGTH_MAX } from "../../core/limits.ts";
import { FnfError } from "./errors.ts";
import type { Parameters, RawRequest } from "./parameters.ts";

/** What a signed request says of itself; nothing of it is to be believed before its signature was compared. */
export interface SignedRequest {
  readonly accessKeyId: string;
  readonly signature: string;
  /** When it says it was signed, as it says it. */
  readonly timestamp: string;
  readonly nonce: string;
  /** What the client calls these, for errors that tell of them. */
  readonly names: {
    readonly accessKeyId: string;
    readonly signature: string;
    readonly nonce: string;
    readonly timestamp: string;
  };
  readonly action: string;
  readonly version: string;
  /** Costly where the request is large. */
  stringToSign(): Promise<string>;
  /** What the signature must be. */
  sign(secret: string, stringToSign: string): Promise<string>;
}

const ACS3 = "ACS3-HMAC-SHA256";

/** Reads either signature; throws the error when something that belongs to it is missing. */
export function readSignature(raw: RawRequest): SignedRequest {
  const authorization = raw.headers.get("authorization");
  return isAcs3(authorization) ? readAcs3(raw, authorization) : readRpc(raw);
}

export function isAcs3(authorization: string | null): authorization is string {
  return authorization?.startsWith(ACS3) ?? false;
}

/** RFC 3986: what encodeURIComponent does, and some more. */
function encode(text: string): string {
  // A lone surrogate has no UTF-8, and would be refused by throwing.
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sorted<T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Signature version 1.0 with HMAC-SHA1 (spec: api.md sections 1.2 and 1.3). */
function readRpc({ method, all }: RawRequest): SignedRequest {
  const accessKeyId = system(all, "AccessKeyId");
  const signature = system(all, "Signature");
  const fixed = { SignatureMethod: "HMAC-SHA1", SignatureVersion: "1.0" };
  for (const [name, wanted] of Object.entries(fixed)) {
    if (system(all, name) !== wanted) {
      throw new FnfError("InvalidArgument", `${name} is not known here, use ${wanted}`);
    }
  }
  return {
    accessKeyId,
    signature,
    nonce: system(all, "SignatureNonce"),
    timestamp: system(all, "Timestamp"),
    names: {
      accessKeyId: "AccessKeyId",
      signature: "Signature",
      nonce: "SignatureNonce",
      timestamp: "Timestamp",
    },
    version: system(all, "Version"),
    action: system(all, "Action"),
    stringToSign: async () => `${method}&%2F&${encode(canonicalize(all))}`,
    sign: (secret, stringToSign) => hmacSha1(`${secret}&`, stringToSign),
  };
}

function canonicalize(all: Parameters): string {
  const text = sorted(all)
    .filter(([name]) => name !== "Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
  if (text.length <= FNF_CANONICAL_LENGTH_MAX) return text;
  const rule = `with all that must be escaped a request has at most ${FNF_CANONICAL_LENGTH_MAX} bytes`;
  throw new FnfError("EntityTooLarge", rule);
}

function system(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value) return value;
  throw new FnfError(`Missing${name}`, `the parameter ${name} is required in every request`);
}

const AUTHORIZATION =
  /^ACS3-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$/;

/** The newer one, of which action and version stand in headers only (spec: api.md section 1.5). */
function readAcs3(raw: RawRequest, authorization: string): SignedRequest {
  const { headers } = raw;
  const [, accessKeyId, signedHeaders, signature] = AUTHORIZATION.exec(authorization.trim()) ?? [];
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) {
    const form = `${ACS3} Credential=<id>,SignedHeaders=<a;b>,Signature=<hex>`;
    throw new FnfError("InvalidArgument", `the header Authorization must have the form ${form}`);
  }
  return {
    accessKeyId,
    signature,
    nonce: header(headers, "x-acs-signature-nonce"),
    timestamp: header(headers, "x-acs-date"),
    names: {
      accessKeyId: "Credential in the header Authorization",
      signature: "Signature in the header Authorization",
      nonce: "the header x-acs-signature-nonce",
      timestamp: "the header x-acs-date",
    },
    version: header(headers, "x-acs-version"),
    action: header(headers, "x-acs-action"),
    stringToSign: () => acs3StringToSign(raw, signedHeaders),
    sign: hmacSha256Hex,
  };
}

async function acs3StringToSign(
  { method, headers, query, body }: RawRequest,
  signedHeaders: string,
): Promise<string> {
  const names = signedHeaders.split(";");
  checkAllSigned(headers, names, body.length > 0);
  const digest = header(headers, "x-acs-content-sha256");
  const actual = await sha256(body);
  if (digest !== actual) {
    throw new FnfError("SignatureDoesNotMatch", `x-acs-content-sha256 is not that of the body:${actual}`);
  }
  const canonical = [
    method,
    "/",
    sorted(query)
      // Clients leave names as they are; ours have nothing to escape, and two of them cannot be made one this way.
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .join("&"),
    ...names.map((name) => `${name}:${header(headers, name)}`),
    "",
    signedHeaders,
    digest,
  ].join("\n");
  return `${ACS3}\n${await sha256(utf8(canonical))}`;
}

/** What is not signed could be anybody's: the body's type decides whether it is read. */
function checkAllSigned(headers: Headers, signed: readonly string[], hasBody: boolean): void {
  const own = [...headers.keys()].filter((name) => name.startsWith("x-acs-"));
  if (hasBody && headers.has("content-type")) own.push("content-type");
  const unsigned = ["host", ...own].find((name) => !signed.includes(name));
  if (unsigned !== undefined) {
    throw new FnfError("SignatureDoesNotMatch", `the signature does not cover the header: ${unsigned}`);
  }
}

function header(headers: Headers, name: string): string {
  const value = headers.get(name)?.trim();
  if (value) return value;
  throw new FnfError("MissingRequiredHeader", `the header ${name} is required`);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(await crypto.subtle.digest("SHA-256", bytes));
}
