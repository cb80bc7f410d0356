import { MASTER_KEY_LENGTH_MIN } from "../core/limits.ts";
import { toBase64Url, utf8 } from "./bytes.ts";

/** Keys made from the one secret, each for one purpose. */
export interface MasterKey {
  /** Names the secret in what it signed, so that it can be replaced while old signatures still hold. */
  readonly id: string;
  readonly tokens: CryptoKey;
  readonly accessKeys: CryptoKey;
  /** Signs what the installation's webhook is told. */
  readonly webhooks: CryptoKey;
  /** Signs the cookies of those who signed in. */
  readonly sessions: CryptoKey;
  /** Signs the codes that sign somebody in once. */
  readonly signInCodes: CryptoKey;
}

const imported = new Map<string, Promise<MasterKey>>();

/** The keys of a secret; undefined when it is absent or too short to be one. */
export async function masterKey(secret: string | undefined): Promise<MasterKey | undefined> {
  if (secret === undefined || secret.length < MASTER_KEY_LENGTH_MIN) return undefined;
  let keys = imported.get(secret);
  if (!keys) {
    keys = deriveKeys(secret);
    imported.set(secret, keys);
  }
  return keys;
}

async function deriveKeys(secret: string): Promise<MasterKey> {
  const root = await importHmac(utf8(secret));
  const [id, tokens, accessKeys, webhooks, sessions, signInCodes] = await Promise.all([
    hmac(root, "millrace key id"),
    hmac(root, "millrace task tokens"),
    hmac(root, "millrace access keys"),
    hmac(root, "millrace webhooks"),
    hmac(root, "millrace sessions"),
    hmac(root, "millrace sign-in codes"),
  ]);
  return {
    id: toBase64Url(id).replaceAll(/[-_]/g, "").slice(0, 6),
    tokens: await importHmac(tokens),
    accessKeys: await importHmac(accessKeys),
    webhooks: await importHmac(webhooks),
    sessions: await importHmac(sessions),
    signInCodes: await importHmac(signInCodes),
  };
}

function importHmac(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

export function hmac(key: CryptoKey, text: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign("HMAC", key, utf8(text));
}
