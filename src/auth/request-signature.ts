import { SIGNATURE_SKEW_MS } from "../core/limits.ts";
import { toBase64, toHex, utf8 } from "./bytes.ts";

/** What Alibaba's older protocols sign with: HMAC-SHA1, in base64. */
export async function hmacSha1(secret: string, text: string): Promise<string> {
  return toBase64(await sign("SHA-1", secret, text));
}

/** What Alibaba's newer ones sign with: HMAC-SHA256, in hex. */
export async function hmacSha256Hex(secret: string, text: string): Promise<string> {
  return toHex(await sign("SHA-256", secret, text));
}

type Hash = "SHA-1" | "SHA-256";

/** Of secrets that were used before: a client signs each of its requests. */
const imported = new Map<string, CryptoKey>();
const IMPORTED_MAX = 1000;

async function sign(hash: Hash, secret: string, text: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign("HMAC", await keyOf(hash, secret), utf8(text));
}

async function keyOf(hash: Hash, secret: string): Promise<CryptoKey> {
  const name = `${hash} ${secret}`;
  const known = imported.get(name);
  if (known) return known;
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash }, false, ["sign"]);
  if (imported.size >= IMPORTED_MAX) imported.clear();
  imported.set(name, key);
  return key;
}

/** Whether a request that says it was signed then (epoch ms) is to be believed now. */
export function isTimely(signedAt: number, now: number): boolean {
  return Math.abs(now - signedAt) <= SIGNATURE_SKEW_MS;
}
