import { FIRST_ADMIN_KEY } from "../core/directory/access-keys.ts";
import { equalInConstantTime, toBase64Url } from "./bytes.ts";
import { type MasterKey, hmac } from "./master-key.ts";

export const FIRST_ADMIN_KEY_ID = FIRST_ADMIN_KEY.id;

/** Secrets made before: a worker's next call need not make its own again. They are as safe here as the key they come from. */
const made = new WeakMap<MasterKey, Map<string, string>>();
const MADE_MAX = 1000;

/** An access key's secret is made from the master key, so none is stored anywhere. */
export async function accessKeySecret(master: MasterKey, accessKeyId: string): Promise<string> {
  const known = made.get(master) ?? new Map<string, string>();
  made.set(master, known);
  const old = known.get(accessKeyId);
  if (old !== undefined) return old;
  const secret = toBase64Url(await hmac(master.accessKeys, accessKeyId));
  if (known.size >= MADE_MAX) known.clear();
  known.set(accessKeyId, secret);
  return secret;
}

/**
 * The id in `Bearer <accessKeyId>.<accessKeySecret>`, if the secret is the one of this id; undefined otherwise. Whether
 * there is such a key the directory knows: a forged secret costs no more than this.
 */
export async function verifyBearer(
  master: MasterKey,
  header: string | undefined,
): Promise<string | undefined> {
  const match = /^Bearer +([A-Za-z0-9]{1,64})\.([\w-]{1,128})$/i.exec(header ?? "");
  const [, accessKeyId = "", secret = ""] = match ?? [];
  const expected = await accessKeySecret(master, accessKeyId);
  return equalInConstantTime(secret, expected) && match !== null ? accessKeyId : undefined;
}
