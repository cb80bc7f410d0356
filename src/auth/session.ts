import { SESSION_MS, SIGN_IN_CODE_MS } from "../core/view-limits.ts";
import { parseOwn } from "../core/json.ts";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "./bytes.ts";
import { type MasterKey, hmac } from "./master-key.ts";

/** Who signed in, how, and for how long (epoch ms). It is stored nowhere but in its cookie. */
export interface Session {
  readonly accessKeyId: string;
  /** `access`: Cloudflare Access vouches for him with each request, and there is no cookie. */
  readonly via: "key" | "code" | "access";
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Signs somebody in once, without the secret of his key. */
export interface SignInCode {
  readonly accessKeyId: string;
  readonly expiresAt: number;
  /** Spent with the sign-in. */
  readonly nonce: string;
}

type SessionPayload = readonly [key: string, via: Session["via"], issuedAt: number, expiresAt: number];
type CodePayload = readonly [key: string, expiresAt: number, nonce: string];

const SESSION_VERSION = "s1";
const CODE_VERSION = "c1";
/** Longer texts are none of ours: ids of keys are bounded. */
const SIGNED_LENGTH_MAX = 512;

export function newSession(accessKeyId: string, via: Session["via"], now: number): Session {
  return { accessKeyId, via, issuedAt: now, expiresAt: now + SESSION_MS };
}

/** `s1.<payload>.<mac>`, the value of a cookie. */
export function signSession(
  master: MasterKey,
  { accessKeyId, via, issuedAt, expiresAt }: Session,
): Promise<string> {
  const payload: SessionPayload = [accessKeyId, via, issuedAt, expiresAt];
  return sign(master.sessions, SESSION_VERSION, payload);
}

/**
 * The session that a cookie is of; undefined for any text that is not ours, or is over. An earlier master key is no good
 * here: whoever got hold of it could be anybody until the new one is there, and not longer.
 */
export async function verifySession(
  master: MasterKey,
  text: string,
  now: number,
): Promise<Session | undefined> {
  const payload = await verified<SessionPayload>(master.sessions, SESSION_VERSION, text);
  if (!payload) return undefined;
  const [accessKeyId, via, issuedAt, expiresAt] = payload;
  return now < expiresAt ? { accessKeyId, via, issuedAt, expiresAt } : undefined;
}

/** `c1.<payload>.<mac>`: whoever has it may sign in with this key, once and soon. */
export async function makeSignInCode(
  master: MasterKey,
  accessKeyId: string,
  now: number,
): Promise<{ readonly code: string; readonly expiresAt: number }> {
  const expiresAt = now + SIGN_IN_CODE_MS;
  const payload: CodePayload = [accessKeyId, expiresAt, crypto.randomUUID()];
  return { code: await sign(master.signInCodes, CODE_VERSION, payload), expiresAt };
}

/** What a code says; undefined for any text that is not ours, or is over. Whether it was used the directory knows. */
export async function verifySignInCode(
  master: MasterKey,
  code: string,
  now: number,
): Promise<SignInCode | undefined> {
  const payload = await verified<CodePayload>(master.signInCodes, CODE_VERSION, code);
  if (!payload) return undefined;
  const [accessKeyId, expiresAt, nonce] = payload;
  return now < expiresAt ? { accessKeyId, expiresAt, nonce } : undefined;
}

async function sign(key: CryptoKey, version: string, payload: readonly unknown[]): Promise<string> {
  const body = `${version}.${toBase64Url(utf8(JSON.stringify(payload)))}`;
  return `${body}.${toBase64Url(await hmac(key, body))}`;
}

/** What a key signed. */
async function verified<P>(key: CryptoKey, version: string, text: string): Promise<P | undefined> {
  if (text.length > SIGNED_LENGTH_MAX) return undefined;
  const [said, payload, mac, ...rest] = text.split(".");
  const bytes = payload && fromBase64Url(payload);
  const signature = mac && fromBase64Url(mac);
  if (said !== version || !bytes || !signature || rest.length > 0) return undefined;
  const isOurs = await crypto.subtle.verify("HMAC", key, signature, utf8(`${version}.${payload}`));
  return isOurs ? parseOwn<P>(fromUtf8(bytes)) : undefined;
}
