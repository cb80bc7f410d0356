import { verifyBearer } from "../auth/access-key.ts";
import type { MasterKey } from "../auth/master-key.ts";
import { type Caller, permits } from "../auth/roles.ts";
import type { Env } from "../env.ts";
import { findCaller } from "../service/key-calls.ts";
import { findMasterKeys } from "../service/master-keys.ts";
import { ProblemError, problemOf } from "./problem.ts";
import type { Access } from "./route.ts";

/** Who needs no key, or has a task token instead. */
const ANYBODY: Caller = { accessKeyId: "", role: "worker", queues: [] };

/** The installation's keys, newest first; without one the service refuses to work. */
export async function masterKeys(env: Env): Promise<readonly MasterKey[]> {
  const found = await findMasterKeys(env);
  if (!found.ok) throw problemOf(found);
  return found.masters;
}

/** Who calls, if he may; throws the problem otherwise. `queue` is the one that the call goes to. */
export async function authorize(
  env: Env,
  access: Access,
  masters: readonly MasterKey[],
  authorization: string | null,
  queue: string | undefined,
): Promise<Caller> {
  if (access === "public" || access === "taskToken") return ANYBODY;
  const [master] = masters;
  const accessKeyId = master && (await verifyBearer(master, authorization ?? undefined));
  if (!accessKeyId) {
    const detail = authorization
      ? "the access key is not known, or its secret is wrong"
      : "send `Authorization: Bearer <accessKeyId>.<accessKeySecret>`";
    throw new ProblemError("Unauthenticated", detail);
  }
  const found = await findCaller(env, accessKeyId);
  if (!found.ok) throw problemOf(found);
  const { caller } = found;
  if (permits(caller, access, queue)) return caller;
  const where = queue === undefined || !permits(caller, access) ? "this" : `this with queue "${queue}"`;
  throw new ProblemError("Forbidden", `a key with the role ${caller.role} may not do ${where}`);
}
