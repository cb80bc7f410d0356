import { verifyBearer } from "../auth/access-key.ts";
import type { MasterKey } from "../auth/master-key.ts";
import { type Caller, permits } from "../auth/roles.ts";
import type { Session } from "../auth/session.ts";
import { assert } from "../core/result.ts";
import type { Env } from "../env.ts";
import { findByAccess } from "../service/cloudflare-access.ts";
import { findCaller } from "../service/key-calls.ts";
import { findMasterKeys } from "../service/master-keys.ts";
import { ProblemError, problemOf } from "./problem.ts";
import type { Access } from "./route.ts";
import { readSession } from "./session/cookie.ts";
import { type Visit, isFromOwnPage } from "./session/visit.ts";

/** Who needs no key, or has a task token instead. */
const ANYBODY: Caller = { accessKeyId: "", role: "worker", queues: [] };

/** Who calls; with a session where a browser's cookie says so, or Cloudflare Access. */
export interface Visitor {
  readonly caller: Caller;
  readonly session?: Session;
}

/** What is looked at to know him. */
export interface Asked {
  readonly method: string;
  readonly headers: Headers;
  readonly visit: Visit;
}

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
  asked: Asked,
  queue: string | undefined,
): Promise<Visitor> {
  if (access === "public" || access === "taskToken") return { caller: ANYBODY };
  const visitor = await findVisitor(env, masters, asked);
  if (!visitor) {
    const detail = "send `Authorization: Bearer <accessKeyId>.<accessKeySecret>`, or sign in";
    throw new ProblemError("Unauthenticated", detail);
  }
  const { caller } = visitor;
  if (permits(caller, access, queue)) return visitor;
  const where = queue === undefined || !permits(caller, access) ? "this" : `this with queue "${queue}"`;
  throw new ProblemError("Forbidden", `a key with the role ${caller.role} may not do ${where}`);
}

/**
 * Whose key or session a request brings; undefined when it brings none. A key wins: who sends one means it. Throws
 * Unauthenticated when it is no good, NoRole and AccessUnreachable where Cloudflare Access stands before the service, ForeignOrigin when another site uses a session to change something, or to watch.
 */
export async function findVisitor(
  env: Env,
  [master]: readonly MasterKey[],
  { method, headers, visit }: Asked,
): Promise<Visitor | undefined> {
  assert(master, "nobody is let in without a master key");
  const authorization = headers.get("authorization");
  if (authorization) return { caller: await callerWith(env, master, authorization) };
  const visitor = await findSignedIn(env, master, headers, visit);
  // Pages of other sites cannot read what a GET is answered, but they can what a socket tells.
  const isSafe = (method === "GET" || method === "HEAD") && !headers.has("upgrade");
  if (visitor && !isSafe) refuseForeign(headers, visit);
  return visitor;
}

/** Set by Cloudflare Access, in front of the service; anybody could send it, so it is believed for its signature alone. */
const ASSERTION = "cf-access-jwt-assertion";

/** Whom a cookie is of, or else Cloudflare Access vouches for: who signed in with a key as well means that. */
async function findSignedIn(
  env: Env,
  master: MasterKey,
  headers: Headers,
  visit: Visit,
): Promise<Visitor | undefined> {
  const assertion = headers.get(ASSERTION);
  const session = await readSession(master, headers, visit);
  const byKey = session && (await findCaller(env, session.accessKeyId));
  if (session && byKey?.ok) return { caller: byKey.caller, session };
  const byAccess = assertion === null ? undefined : await findByAccess(env, assertion);
  if (byAccess?.ok === false) throw problemOf(byAccess);
  if (byAccess?.found) return byAccess.found;
  if (byKey?.ok === false) throw problemOf(byKey);
  return undefined;
}

export function refuseForeign(headers: Headers, visit: Visit): void {
  if (isFromOwnPage(headers, visit)) return;
  const detail = `a session is good for pages of ${visit.origin} alone: open the console there; programs send an access key`;
  throw new ProblemError("ForeignOrigin", detail);
}

/** The caller with this `Authorization`. */
export async function callerWith(env: Env, master: MasterKey, authorization: string): Promise<Caller> {
  const accessKeyId = await verifyBearer(master, authorization);
  if (accessKeyId !== undefined) return callerOfKey(env, accessKeyId);
  throw new ProblemError("Unauthenticated", "the access key is not known, or its secret is wrong");
}

/** The caller with a key whose secret, or something signed, was shown. */
export async function callerOfKey(env: Env, accessKeyId: string): Promise<Caller> {
  const found = await findCaller(env, accessKeyId);
  if (!found.ok) throw problemOf(found);
  return found.caller;
}
