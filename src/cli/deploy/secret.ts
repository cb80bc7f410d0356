import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIRST_ADMIN_KEY_ID, accessKeySecret } from "../../auth/access-key.ts";
import { masterKey } from "../../auth/master-key.ts";

const FOLDER = ".millrace";
const OWNER_ONLY = 0o600;

/** Holds a secret until Cloudflare has confirmed it: after a try without an answer the next one puts the same. */
const PENDING = join(FOLDER, "deployment.pending.env");

/** One that an earlier deployment put, or was about to. */
export function earlierPending(): string | undefined {
  if (!existsSync(PENDING)) return undefined;
  return /^MASTER_KEY=(.+)$/m.exec(readFileSync(PENDING, "utf8"))?.[1];
}

/** A new secret, written down before it is used. */
export function pendingSecret(): string {
  const earlier = earlierPending();
  if (earlier !== undefined) return earlier;
  const secret = randomBytes(32).toString("base64url");
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  writeFileSync(PENDING, `MASTER_KEY=${secret}\n`, { mode: OWNER_ONLY });
  return secret;
}

/** The secret is in use now: gives the file that has it from now on. No later deployment writes over it. */
export function keepSecret(): string {
  const file = join(FOLDER, `deployment-${new Date().toISOString().replaceAll(":", "-")}.env`);
  renameSync(PENDING, file);
  return file;
}

/** As `accessKeyId.accessKeySecret`. */
export async function firstAdminKey(secret: string): Promise<string> {
  const master = await masterKey(secret);
  if (!master) throw new Error("Broken invariant: a new secret is long enough");
  return `${FIRST_ADMIN_KEY_ID}.${await accessKeySecret(master, FIRST_ADMIN_KEY_ID)}`;
}
