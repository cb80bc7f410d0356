import type { HonoJsonWebKey } from "hono/utils/jwt/jws";
import * as z from "zod";
import {
  type AccessSettings,
  accessAdmins,
  accessRole,
  accessSettings,
  keyOfAssertion,
  verifyAssertion,
} from "../auth/cloudflare-access.ts";
import { type Caller, callerByAccess } from "../auth/roles.ts";
import type { Session } from "../auth/session.ts";
import { type Rejection, type Result, messageOf, reject } from "../core/result.ts";
import {
  ACCESS_CERTIFICATES_AGAIN_MS,
  ACCESS_CERTIFICATES_MS,
  ACCESS_CERTIFICATES_WAIT_MS,
} from "../core/view-limits.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";

/** Of each installation that this isolate serves. */
const settings = new WeakMap<Env, ReturnType<typeof accessSettings>>();

/** What the variables say of Cloudflare Access; the log tells once what is wrong with them. */
export function findAccessSettings(env: Env): ReturnType<typeof accessSettings> {
  const known = settings.get(env);
  if (known) return known;
  const read = accessSettings(env);
  if (!read.ok) log({ event: "accessMisconfigured", message: read.detail });
  settings.set(env, read);
  return read;
}

export interface ByAccess {
  readonly caller: Caller;
  readonly session: Session;
}

/**
 * Whom Cloudflare Access vouches for with an assertion; `found` is absent where the service is not set up with it.
 * Rejections: Unauthenticated when the assertion is no good, NoRole, AccessUnreachable.
 */
export async function findByAccess(env: Env, assertion: string): Promise<Result<{ found?: ByAccess }>> {
  const read = findAccessSettings(env);
  if (!read.ok) return reject("Unauthenticated", MISCONFIGURED);
  if (!read.settings) return { ok: true };
  const kid = keyOfAssertion(assertion);
  const certificates = kid === undefined ? NO_KEYS : await certificatesOf(read.settings, kid);
  if (!certificates.ok) return certificates;
  const asserted = await verifyAssertion(read.settings, certificates.keys, assertion);
  if (!asserted) return reject("Unauthenticated", NO_GOOD);
  const { mail, issuedAt, expiresAt } = asserted;
  const role = accessRole(read.settings, mail);
  if (!role) return withoutRole(read.settings, mail);
  const caller = callerByAccess(mail, role);
  const session = { accessKeyId: caller.accessKeyId, via: "access", issuedAt, expiresAt } as const;
  return { ok: true, found: { caller, session } };
}

const MISCONFIGURED =
  "Cloudflare Access lets nobody in here, since its variables are not right: the service's log says what is wrong with them. Until then sign in with an access key";
const NO_GOOD =
  "what Cloudflare Access says of you is not good here: it is over, or meant for another application. Open the console anew, or sign in with an access key";

function withoutRole(access: AccessSettings, mail: string): Rejection {
  const admins = accessAdmins(access);
  const whom = admins.length > 0 ? admins.join(" or ") : "whoever looks after this installation";
  const detail = `Cloudflare Access knows you as ${mail}, and nobody gave you a role here: ask ${whom} to put you into ACCESS_ROLES`;
  return reject("NoRole", detail);
}

// ---- Certificates ----------------------------------------------------------------------------------------------

interface Certificates {
  readonly keys: readonly HonoJsonWebKey[];
  readonly askedAt: number;
}

/** By issuer. Cloudflare has new ones every six weeks, and tells of them before it uses them. */
const certificates = new Map<string, Certificates>();
const NO_KEYS = { ok: true, keys: [] } as const;

const shape = z.object({
  keys: z.array(z.object({ kid: z.string(), kty: z.literal("RSA"), n: z.string(), e: z.string() })),
});

async function certificatesOf(
  { issuer }: AccessSettings,
  kid: string,
): Promise<Result<Pick<Certificates, "keys">>> {
  const now = Date.now();
  const known = certificates.get(issuer);
  const isKnown = known?.keys.some((key) => key.kid === kid) ?? false;
  const keptMs = isKnown ? ACCESS_CERTIFICATES_MS : ACCESS_CERTIFICATES_AGAIN_MS;
  if (known && now - known.askedAt < keptMs) return { ok: true, keys: known.keys };
  try {
    const { keys } = shape.parse(await askForCertificates(issuer));
    certificates.set(issuer, { keys, askedAt: now });
    return { ok: true, keys };
  } catch (error) {
    log({ event: "accessUnreachable", message: messageOf(error).slice(0, 500) });
    const detail = `${issuer} does not tell its certificates: try again shortly, or sign in with an access key`;
    return reject("AccessUnreachable", detail);
  }
}

async function askForCertificates(issuer: string): Promise<unknown> {
  const response = await fetch(`${issuer}/cdn-cgi/access/certs`, {
    signal: AbortSignal.timeout(ACCESS_CERTIFICATES_WAIT_MS),
  });
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
  return response.json();
}
