import { type Caller, authenticateBearer } from "../auth/access-key.ts";
import { type MasterKey, masterKey } from "../auth/master-key.ts";
import { MASTER_KEY_LENGTH_MIN } from "../core/limits.ts";
import type { Env } from "../env.ts";
import { ProblemError } from "./problem.ts";
import type { Access } from "./route.ts";

/** Who holds a task token and no key. */
const TOKEN_HOLDER: Caller = { accessKeyId: "", role: "admin" };

/** The installation's keys, newest first; without one the service refuses to work. */
export async function masterKeys({ MASTER_KEY, PREVIOUS_MASTER_KEYS = "" }: Env): Promise<MasterKey[]> {
  const current = await masterKey(MASTER_KEY);
  if (!current) {
    const detail = `the secret MASTER_KEY is missing or shorter than ${MASTER_KEY_LENGTH_MIN} characters: set it with \`wrangler secret put MASTER_KEY\``;
    throw new ProblemError("NotConfigured", detail);
  }
  const previous = await Promise.all(PREVIOUS_MASTER_KEYS.split(" ").map((secret) => masterKey(secret)));
  return [current, ...previous.filter((key) => key !== undefined)];
}

export async function authenticate(
  access: Access,
  masters: readonly MasterKey[],
  authorization: string | null,
): Promise<Caller> {
  if (access !== "key") return TOKEN_HOLDER;
  const [master] = masters;
  const caller = master && (await authenticateBearer(master, authorization ?? undefined));
  if (caller) return caller;
  const detail = authorization
    ? "the access key is not known, or its secret is wrong"
    : "send `Authorization: Bearer <accessKeyId>.<accessKeySecret>`";
  throw new ProblemError("Unauthenticated", detail);
}
