import { SIGNATURE_SKEW_MS } from "../core/limits.ts";
import { toBase64, toHex, utf8 } from "./bytes.ts";

/** What Alibaba's older protocols sign with: HMAC-SHA1, in base64. */
export async function hmacSha1(secret: string, text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", utf8(secret), algorithm, false, ["sign"]);
  return toBase64(await crypto.subtle.sign("HMAC", key, utf8(text)));
}

/** What Alibaba's newer ones sign with: HMAC-SHA256, in hex. */
export async function hmacSha256Hex(secret: string, text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8(secret), algorithm, false, ["sign"]);
  return toHex(await crypto.subtle.sign("HMAC", key, utf8(text)));
}

/** Whether a request that says it was signed then (epoch ms) is to be believed now. */
export function isTimely(signedAt: number, now: number): boolean {
  return Math.abs(now - signedAt) <= SIGNATURE_SKEW_MS;
}
