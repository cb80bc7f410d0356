import type * as z from "zod";
import type { MasterKey } from "../../auth/master-key.ts";
import { type Caller, isByAccess } from "../../auth/roles.ts";
import { type Session, makeSignInCode, newSession, verifySignInCode } from "../../auth/session.ts";
import { given } from "../../core/given.ts";
import { assert } from "../../core/result.ts";
import { toRfc3339 } from "../../core/time.ts";
import type { Env } from "../../env.ts";
import { noted } from "../../service/audit.ts";
import { isIssuedForm } from "../../service/key-calls.ts";
import { askDirectory } from "../../service/objects.ts";
import { callerOfKey, callerWith, findVisitor, masterKeys, refuseForeign } from "../authenticate.ts";
import { nothing } from "../contract/common.ts";
import { sessionAnswer, signInBody, signInCodeAnswer, signedInAnswer } from "../contract/session.ts";
import { ProblemError, problemOf, statusOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { endedCookie, mayHaveSession, sessionCookie } from "../session/cookie.ts";
import { tried } from "../session/tries.ts";
import type { Visit } from "../session/visit.ts";

const PATH = "/v1/session";

function nameOf({ INSTALLATION = "" }: Env): string {
  return INSTALLATION.trim();
}

function shown(env: Env, { accessKeyId, role }: Caller, session?: Session) {
  return {
    signedIn: true,
    accessKeyId,
    role,
    name: nameOf(env),
    via: session?.via ?? "key",
    ...(session && { expiresAt: toRfc3339(session.expiresAt) }),
  };
}

/** For the audit log: who did something about a session, and what came of it. */
interface Told {
  readonly env: Env;
  readonly requestId: string;
  /** The address that he called from. */
  readonly from: string | undefined;
  readonly method: "POST" | "DELETE";
}

async function tellAudit(
  { env, requestId, from, method }: Told,
  who: Pick<Caller, "accessKeyId"> & Partial<Pick<Caller, "role">>,
  status: number,
): Promise<void> {
  const { accessKeyId, role } = who;
  const entry = { id: requestId, accessKeyId, action: `${method} ${PATH}`, target: {}, status };
  await noted(env, { ...entry, ...given({ role, from }) });
}

/** The id that a refused key has, if it is one: a secret alone is not to be kept. */
function claimedBy(shownBy: z.output<typeof signInBody>): string {
  const id = "accessKey" in shownBy ? (shownBy.accessKey.split(".")[0] ?? "") : "";
  return isIssuedForm(id) ? id : "";
}

function refuseInsecure(visit: Visit): void {
  if (mayHaveSession(visit)) return;
  const detail =
    `anybody on the way to ${visit.origin} could read the key: call the service by https://, or by http://127.0.0.1 on its own machine; ` +
    "behind a proxy that speaks HTTPS set the variable TRUST_PROXY to true";
  throw new ProblemError("InsecureSignIn", detail);
}

/** Whose key or code this is. */
async function signedInBy(
  env: Env,
  master: MasterKey,
  shownBy: z.output<typeof signInBody>,
): Promise<Caller> {
  if ("accessKey" in shownBy) return callerWith(env, master, `Bearer ${shownBy.accessKey}`);
  const code = await verifySignInCode(master, shownBy.code, Date.now());
  if (!code) {
    const detail = "the code is not good, or too old: `millrace login` makes another";
    throw new ProblemError("Unauthenticated", detail);
  }
  const { accessKeyId, nonce, expiresAt } = code;
  const spent = await askDirectory(env, (directory) =>
    directory.spendCode({ type: "spendCode", nonce, expiresAt }),
  );
  if (!spent.ok) throw problemOf(spent);
  return callerOfKey(env, accessKeyId);
}

const UNAUTHENTICATED = statusOf("Unauthenticated");
const FORBIDDEN = statusOf("Forbidden");

/** Whose session it is; a cookie that is not good any more ends without a word, as does any where nobody can ask. */
async function sessionOf(env: Env, headers: Headers, visit: Visit): Promise<Caller | undefined> {
  if (!headers.has("cookie")) return undefined;
  try {
    return (await findVisitor(env, await masterKeys(env), { method: "GET", headers, visit }))?.caller;
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

const NO_CODE =
  "a code signs in with an access key, and you have none: Cloudflare Access lets you in wherever you open the console";

export const sessionRoutes: readonly Route[] = [
  route({
    id: "signIn",
    method: "POST",
    path: PATH,
    summary: "Signs a browser in: the answer sets a cookie, which takes the place of an access key",
    access: "public",
    params: nothing,
    query: nothing,
    body: signInBody,
    answers: { 200: signedInAnswer },
    problems: [
      "Unauthenticated",
      "Forbidden",
      "ForeignOrigin",
      "InsecureSignIn",
      "TooManySignIns",
      "NotConfigured",
      "Overloaded",
    ],
    async handle({ env, requestId, body, headers, from, visit }) {
      refuseInsecure(visit);
      refuseForeign(headers, visit);
      const [master] = await masterKeys(env);
      assert(master, "nobody is let in without a master key");
      const told = { env, requestId, from, method: "POST" } as const;
      const caller = await tried(from ?? "", () => signedInBy(env, master, body)).catch(
        async (error: unknown) => {
          if (error instanceof ProblemError && error.code === "Unauthenticated")
            await tellAudit(told, { accessKeyId: claimedBy(body) }, UNAUTHENTICATED);
          throw error;
        },
      );
      if (caller.role === "worker") {
        await tellAudit(told, caller, FORBIDDEN);
        throw new ProblemError("Forbidden", "a worker's key works, and signs nobody in: use another one");
      }
      const session = newSession(caller.accessKeyId, "code" in body ? "code" : "key", Date.now());
      const cookie = await sessionCookie(master, session, visit);
      await tellAudit(told, caller, 200);
      return { status: 200, body: shown(env, caller, session), headers: { "set-cookie": cookie } };
    },
  }),
  route({
    id: "getSession",
    method: "GET",
    path: PATH,
    summary: "Who is signed in",
    access: "public",
    params: nothing,
    query: nothing,
    answers: { 200: sessionAnswer },
    problems: ["Unauthenticated", "NoRole", "NotConfigured", "AccessUnreachable", "Overloaded"],
    async handle({ env, headers, visit }) {
      const visitor = await findVisitor(env, await masterKeys(env), { method: "GET", headers, visit });
      const body = visitor
        ? shown(env, visitor.caller, visitor.session)
        : { signedIn: false, name: nameOf(env) };
      return { status: 200, body };
    },
  }),
  route({
    id: "signOut",
    method: "DELETE",
    path: PATH,
    summary: "Signs a browser out",
    access: "public",
    params: nothing,
    query: nothing,
    answers: { 204: undefined },
    problems: ["ForeignOrigin"],
    async handle({ env, requestId, headers, from, visit }) {
      if (headers.has("cookie")) refuseForeign(headers, visit);
      const caller = await sessionOf(env, headers, visit);
      if (caller) await tellAudit({ env, requestId, from, method: "DELETE" }, caller, 204);
      return { status: 204, headers: { "set-cookie": endedCookie(visit) } };
    },
  }),
  route({
    id: "createSignInCode",
    method: "POST",
    path: `${PATH}/code`,
    summary: "Makes a code that signs a browser in once, as the caller",
    access: "read",
    audited: true,
    params: nothing,
    query: nothing,
    body: nothing,
    answers: { 201: signInCodeAnswer },
    problems: [],
    async handle({ caller, masters: [master], visit }) {
      if (isByAccess(caller.accessKeyId)) throw new ProblemError("Forbidden", NO_CODE);
      assert(master, "nobody is let in without a master key");
      const { code, expiresAt } = await makeSignInCode(master, caller.accessKeyId, Date.now());
      const address = `${visit.origin}/#code=${code}`;
      return { status: 201, body: { code, address, expiresAt: toRfc3339(expiresAt) } };
    },
  }),
];
