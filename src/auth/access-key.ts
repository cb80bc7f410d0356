import { equalInConstantTime, toBase64Url } from "./bytes.ts";
import { type MasterKey, hmac } from "./master-key.ts";

/** Its number is the key's generation: another one has another secret. */
export const FIRST_ADMIN_KEY_ID = "mradmin1";

/** An access key's secret is made from the master key, so none is stored anywhere. */
export async function accessKeySecret(master: MasterKey, accessKeyId: string): Promise<string> {
  return toBase64Url(await hmac(master.accessKeys, accessKeyId));
}

/** Who calls. */
export interface Caller {
  readonly accessKeyId: string;
  readonly role: "admin";
}

/** Checks `Bearer <accessKeyId>.<accessKeySecret>`; undefined when it is no key of this installation. */
export async function authenticateBearer(
  master: MasterKey,
  header: string | undefined,
): Promise<Caller | undefined> {
  const match = /^Bearer +([A-Za-z0-9]{1,64})\.([\w-]{1,128})$/i.exec(header ?? "");
  const [, accessKeyId = "", secret = ""] = match ?? [];
  const expected = await accessKeySecret(master, accessKeyId);
  const isKnown = match !== null && accessKeyId === FIRST_ADMIN_KEY_ID;
  return equalInConstantTime(secret, expected) && isKnown ? { accessKeyId, role: "admin" } : undefined;
}
