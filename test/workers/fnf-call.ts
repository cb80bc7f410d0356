import { env, exports } from "cloudflare:workers";
import { FIRST_ADMIN_KEY_ID, accessKeySecret } from "../../src/auth/access-key.ts";
import { masterKey } from "../../src/auth/master-key.ts";
import { call } from "./call.ts";

export interface Key {
  readonly id: string;
  readonly secret: string;
}

export interface FnfAnswer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers with their own expectations
  readonly body: any;
}

type Fields = Readonly<Record<string, string>>;

export async function adminKey(): Promise<Key> {
  const master = await masterKey(env.MASTER_KEY);
  if (!master) throw new Error("the suite has a master key");
  return { id: FIRST_ADMIN_KEY_ID, secret: await accessKeySecret(master, FIRST_ADMIN_KEY_ID) };
}

export async function newKey(role: string, more: object = {}): Promise<Key> {
  const { body } = await call("POST", "/v1/keys", { role, ...more });
  return { id: body.accessKeyId, secret: body.accessKeySecret };
}

/** What the clients' clocks say: seconds only. */
export function timestamp(shiftMs = 0): string {
  return `${new Date(Date.now() + shiftMs).toISOString().slice(0, 19)}Z`;
}

/** As RFC 3986 has it; written anew, so that the service is not compared with itself. */
export function escape(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    const isPlain = byte < 128 && /[A-Za-z0-9_.~-]/.test(character);
    return isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

export function form(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .join("&");
}

async function hmac(hash: "SHA-1" | "SHA-256", secret: string, text: string): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash }, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The signature of the older kind. */
export async function signRpc(method: string, fields: Fields, secret: string): Promise<string> {
  const names = Object.keys(fields).toSorted();
  const canonical = names.map((name) => `${escape(name)}=${escape(fields[name] ?? "")}`).join("&");
  const text = `${method}&%2F&${escape(canonical)}`;
  return btoa(String.fromCharCode(...(await hmac("SHA-1", `${secret}&`, text))));
}

/** The parameters that every request has, and those of an action, signed. */
export async function signed(method: string, fields: Fields, key?: Key): Promise<Fields> {
  const { id, secret } = key ?? (await adminKey());
  const all: Fields = {
    Format: "JSON",
    Version: "2019-03-15",
    AccessKeyId: id,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    SignatureNonce: crypto.randomUUID(),
    Timestamp: timestamp(),
    ...fields,
  };
  return { ...all, Signature: await signRpc(method, all, secret) };
}

export async function send(path: string, init: RequestInit): Promise<FnfAnswer> {
  const response = await exports.default.fetch(`http://service${path}`, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}

export const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** Everything in a form body, as the npm client sends it. */
export async function post(Action: string, fields: Fields = {}, key?: Key): Promise<FnfAnswer> {
  return send("/", {
    method: "POST",
    headers: FORM,
    body: form(await signed("POST", { Action, ...fields }, key)),
  });
}

/** The newer kind, with everything that the generic client signs. */
export async function signAcs3(
  { method, query, body, headers }: { method: string; query: Fields; body: string; headers: Fields },
  { id, secret }: Key,
): Promise<string> {
  const sha256 = async (text: string) =>
    hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  const names = Object.keys(headers).toSorted();
  const canonical = [
    method,
    "/",
    Object.keys(query)
      .toSorted()
      .map((name) => `${name}=${escape(query[name] ?? "")}`)
      .join("&"),
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    await sha256(body),
  ].join("\n");
  const signature = hex(await hmac("SHA-256", secret, `ACS3-HMAC-SHA256\n${await sha256(canonical)}`));
  return `ACS3-HMAC-SHA256 Credential=${id},SignedHeaders=${names.join(";")},Signature=${signature}`;
}

export async function acs3Headers(Action: string, body: string, more: Fields = {}): Promise<Fields> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  return {
    host: "service",
    "x-acs-action": Action,
    "x-acs-version": "2019-03-15",
    "x-acs-date": timestamp(),
    "x-acs-signature-nonce": crypto.randomUUID(),
    "x-acs-content-sha256": hex(new Uint8Array(digest)),
    ...(body !== "" && FORM),
    ...more,
  };
}
