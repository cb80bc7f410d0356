import { accessKeySecret } from "../auth/access-key.ts";
import type { MasterKey } from "../auth/master-key.ts";
import { type Caller, callerOf } from "../auth/roles.ts";
import type { AccessKey, AccessKeyCommand } from "../core/directory/access-keys.ts";
import { ACCESS_KEY_CACHE_MS } from "../core/limits.ts";
import { type Rejection, type Result, reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { askDirectory } from "./objects.ts";

interface Known {
  readonly key: AccessKey | undefined;
  readonly until: number;
}

/** What this isolate was told of keys of its installation. Only ids whose secret was shown get in, so it cannot be flooded. */
const told = new WeakMap<Env, Map<string, Known>>();
const KNOWN_MAX = 5000;

function knownIn(env: Env): Map<string, Known> {
  const known = told.get(env) ?? new Map<string, Known>();
  told.set(env, known);
  return known;
}

/**
 * The caller that an access key's id stands for; the secret, or a signature made with it, was verified before.
 * Rejections: Unauthenticated when there is no such key (any more), or it is disabled.
 */
export async function findCaller(env: Env, accessKeyId: string): Promise<Result<{ caller: Caller }>> {
  const key = await findKey(env, accessKeyId);
  if (!key) return reject("Unauthenticated", "the access key is not known, or its secret is wrong");
  if (key.disabled) return reject("Unauthenticated", `the access key "${accessKeyId}" is disabled`);
  return { ok: true, caller: callerOf(key, accessKeyId) };
}

/** Whether an id looks like those that this service makes; it says nothing of whether there is such a key. */
export function isIssuedForm(accessKeyId: string): boolean {
  return /^(?:mradmin|mk[0-9a-f]{20}k)[1-9]\d{0,5}$/.test(accessKeyId);
}

async function findKey(env: Env, accessKeyId: string): Promise<AccessKey | undefined> {
  const now = Date.now();
  const known = knownIn(env);
  const earlier = known.get(accessKeyId);
  if (earlier && now < earlier.until) return earlier.key;
  const key = await askDirectory(env, (directory) => directory.key(accessKeyId));
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(accessKeyId, { key, until: now + ACCESS_KEY_CACHE_MS });
  return key;
}

export interface KeyWithSecret {
  readonly key: AccessKey;
  readonly secret: string;
}

export type NewKey = Pick<AccessKey, "role" | "queues" | "workers" | "description">;

export function createKey(
  env: Env,
  master: MasterKey,
  createdBy: string,
  wanted: NewKey,
): Promise<Result<KeyWithSecret>> {
  const random = crypto.randomUUID().replaceAll("-", "").slice(0, 20);
  const id = `mk${random}k1`;
  return changeKeyWithSecret(env, master, { type: "createKey", key: { ...wanted, id, createdBy } });
}

/** The same request once more gives the same answer. */
export function rotateKey(
  env: Env,
  master: MasterKey,
  id: string,
  graceMs: number,
): Promise<Result<KeyWithSecret>> {
  return changeKeyWithSecret(env, master, { type: "rotateKey", id, graceMs });
}

async function changeKeyWithSecret(
  env: Env,
  master: MasterKey,
  command: AccessKeyCommand,
): Promise<Result<KeyWithSecret>> {
  const outcome = await changeKey(env, command);
  if (!outcome.ok) return outcome;
  return { ok: true, key: outcome.key, secret: await accessKeySecret(master, outcome.key.id) };
}

export async function changeKey(
  env: Env,
  command: AccessKeyCommand,
): Promise<Rejection | { readonly ok: true; readonly key: AccessKey }> {
  const outcome = await askDirectory(env, (directory) => directory.changeKey(command));
  // Other isolates go by what they know for a while longer.
  knownIn(env).clear();
  return outcome;
}
