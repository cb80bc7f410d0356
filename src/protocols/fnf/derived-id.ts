import { toHex, utf8 } from "../../auth/bytes.ts";

/** A UUID (version 8) that is made of what it names: nothing needs to be kept for it. */
export async function derivedId(...parts: readonly string[]): Promise<string> {
  const hex = toHex(await crypto.subtle.digest("SHA-256", utf8(JSON.stringify(parts))));
  const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
