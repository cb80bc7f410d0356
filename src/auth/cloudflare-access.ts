import type { HonoJsonWebKey } from "hono/utils/jwt/jws";
import { decodeHeader, verifyWithJwks } from "hono/utils/jwt/jwt";
import type { Role } from "../core/directory/access-keys.ts";
import { isJsonObject, readJson } from "../core/json.ts";
import { type Rejection, type Result, reject } from "../core/result.ts";
import { SECOND_MS } from "../core/time.ts";
import { ACCESS_ADMINS_NAMED, ACCESS_ASSERTION_LENGTH_MAX } from "../core/view-limits.ts";

/** The variables of the Worker that Cloudflare Access is set up with. */
export interface AccessVariables {
  /** The team's name, or `<name>.cloudflareaccess.com`. */
  readonly ACCESS_TEAM?: string;
  /** Audience tags of the applications that stand before the service, separated by spaces. */
  readonly ACCESS_AUD?: string;
  /** JSON: mail addresses, or `*@domain`, to roles. */
  readonly ACCESS_ROLES?: string;
}

type AccessRole = Exclude<Role, "worker">;

/** Whom Cloudflare Access may let in. */
export interface AccessSettings {
  /** Who signs, and at which address its certificates are. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** By mail address, or `*@domain`, in small letters. */
  readonly roles: ReadonlyMap<string, AccessRole>;
}

/** What an assertion says of whom it is. */
export interface Asserted {
  readonly mail: string;
  /** Epoch ms. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const DOMAIN = ".cloudflareaccess.com";
const TEAM = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const AUDIENCE = /^[\w-]{1,128}$/;
const MAIL = /^[^\s@*]{1,64}@[^\s@*]{1,255}$/;
const DOMAIN_OF_MAILS = /^\*@[^\s@*]{1,255}$/;
const ROLES: readonly AccessRole[] = ["admin", "operator", "viewer"];

/**
 * What the variables say; `settings` is absent where none is set. Rejected, with what to put right, when they make no sense
 * together, so that nobody comes in by a mistake.
 */
export function accessSettings(variables: AccessVariables): Result<{ settings?: AccessSettings }> {
  const { ACCESS_TEAM = "", ACCESS_AUD = "", ACCESS_ROLES = "" } = variables;
  if ([ACCESS_TEAM, ACCESS_AUD, ACCESS_ROLES].every((value) => value === "")) return { ok: true };
  const team = ACCESS_TEAM.trim().toLowerCase().replace(DOMAIN, "");
  if (!TEAM.test(team))
    return invalid(`ACCESS_TEAM must be the team's name, such as acme of https://acme${DOMAIN}`);
  const audiences = ACCESS_AUD.split(" ").filter(Boolean);
  if (audiences.length === 0 || !audiences.every((tag) => AUDIENCE.test(tag)))
    return invalid("ACCESS_AUD must be the application's audience tag; several are separated by spaces");
  const read = readRoles(ACCESS_ROLES);
  return read.ok
    ? { ok: true, settings: { issuer: `https://${team}${DOMAIN}`, audiences, roles: read.roles } }
    : read;
}

function readRoles(text: string): Result<{ roles: Map<string, AccessRole> }> {
  const read = readJson(text);
  const value = read.ok ? read.value : undefined;
  if (value === undefined || !isJsonObject(value))
    return invalid('ACCESS_ROLES must be a JSON object such as {"li.wei@example.com": "admin"}');
  const roles = new Map<string, AccessRole>();
  for (const [who, said] of Object.entries(value)) {
    const role = ROLES.find((one) => one === said);
    if (!MAIL.test(who) && !DOMAIN_OF_MAILS.test(who))
      return invalid(`ACCESS_ROLES: "${who}" must be a mail address, or *@ and a domain`);
    if (!role) return invalid(`ACCESS_ROLES: the role of "${who}" must be one of ${ROLES.join(", ")}`);
    roles.set(who.toLowerCase(), role);
  }
  return roles.size > 0 ? { ok: true, roles } : invalid("ACCESS_ROLES gives nobody a role");
}

function invalid(detail: string): Rejection {
  return reject("NotConfigured", detail);
}

/** The role of whoever has this address: his own, else that of his domain. */
export function accessRole({ roles }: AccessSettings, mail: string): AccessRole | undefined {
  return roles.get(mail) ?? roles.get(`*${mail.slice(mail.lastIndexOf("@"))}`);
}

/** Whom to ask for a role: the addresses of some administrators; none where only domains are. */
export function accessAdmins({ roles }: AccessSettings): string[] {
  const admins = Array.from(roles).filter(([who, role]) => role === "admin" && !who.startsWith("*"));
  return admins.slice(0, ACCESS_ADMINS_NAMED).map(([who]) => who);
}

/** The name of the key that an assertion says it was signed with; undefined for what is none. */
export function keyOfAssertion(assertion: string): string | undefined {
  if (assertion.length > ACCESS_ASSERTION_LENGTH_MAX) return undefined;
  try {
    return decodeHeader(assertion).kid;
  } catch {
    return undefined;
  }
}

/** What an assertion says; undefined unless one of the keys signed it, for this service, and it holds now. */
export async function verifyAssertion(
  { issuer, audiences }: AccessSettings,
  keys: readonly HonoJsonWebKey[],
  assertion: string,
): Promise<Asserted | undefined> {
  try {
    const verification = { iss: issuer, aud: [...audiences] };
    const said = await verifyWithJwks(assertion, {
      keys: [...keys],
      verification,
      allowedAlgorithms: ["RS256"],
    });
    const { email, iat, exp } = said;
    if (typeof email !== "string" || !MAIL.test(email) || typeof exp !== "number") return undefined;
    return {
      mail: email.toLowerCase(),
      issuedAt: (typeof iat === "number" ? iat : 0) * SECOND_MS,
      expiresAt: exp * SECOND_MS,
    };
  } catch {
    // Each way of not being good is an error of its own, and names the assertion, which nobody is to read.
    return undefined;
  }
}
