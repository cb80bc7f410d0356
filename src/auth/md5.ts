import { toHex, utf8 } from "./bytes.ts";

/** Named by the protocols, never for secrets. Web Crypto leaves it out, but the platform has it. */
export function md5(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return crypto.subtle.digest("MD5", bytes);
}

/** A message body's digest as MNS writes it: hex in capitals (spec: MNS section 4.6). */
export async function bodyMd5(body: string): Promise<string> {
  return toHex(await md5(utf8(body))).toUpperCase();
}
