import { type MasterKey, masterKey } from "../auth/master-key.ts";
import { MASTER_KEY_LENGTH_MIN } from "../core/limits.ts";
import { type Result, reject } from "../core/result.ts";
import type { Env } from "../env.ts";

/** The installation's keys, newest first: the first signs, all of them verify. Rejected with NotConfigured without one. */
export async function findMasterKeys({
  MASTER_KEY,
  PREVIOUS_MASTER_KEYS = "",
}: Env): Promise<Result<{ masters: readonly [MasterKey, ...MasterKey[]] }>> {
  const current = await masterKey(MASTER_KEY);
  if (!current) {
    const detail = `the secret MASTER_KEY is missing or shorter than ${MASTER_KEY_LENGTH_MIN} characters: set it with \`wrangler secret put MASTER_KEY\``;
    return reject("NotConfigured", detail);
  }
  const previous = await Promise.all(PREVIOUS_MASTER_KEYS.split(" ").map((secret) => masterKey(secret)));
  return { ok: true, masters: [current, ...previous.filter((key) => key !== undefined)] };
}
