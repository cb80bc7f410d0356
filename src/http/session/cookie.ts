import type { MasterKey } from "../../auth/master-key.ts";
import { type Session, newSession, signSession, verifySession } from "../../auth/session.ts";
import { SESSION_MS, SESSION_RENEWED_AFTER_MS } from "../../core/view-limits.ts";
import { SECOND_MS } from "../../core/time.ts";
import type { Visit } from "./visit.ts";

/** The session that comes with a request, whoever's it is; over an open connection there is none. */
export async function readSession(
  master: MasterKey,
  headers: Headers,
  visit: Visit,
): Promise<Session | undefined> {
  if (!mayHaveSession(visit)) return undefined;
  const name = `${cookieName(visit)}=`;
  const cookies = (headers.get("cookie") ?? "").split(";").map((one) => one.trim());
  const value = cookies.find((one) => one.startsWith(name))?.slice(name.length);
  return value === undefined ? undefined : verifySession(master, value, Date.now());
}

/** A cookie that anybody on the way could read is none that we give. */
export function mayHaveSession({ isSecure, isLoopback }: Visit): boolean {
  return isSecure || isLoopback;
}

export async function sessionCookie(master: MasterKey, session: Session, visit: Visit): Promise<string> {
  return cookie(visit, await signSession(master, session), SESSION_MS / SECOND_MS);
}

export function endedCookie(visit: Visit): string {
  return cookie(visit, "", 0);
}

/** The cookie of a session that goes on, where it has one, and it is time for a new one. */
export async function renewedCookie(
  master: MasterKey,
  { accessKeyId, via, issuedAt }: Session,
  visit: Visit,
): Promise<string | undefined> {
  if (via === "access") return undefined;
  const now = Date.now();
  if (now - issuedAt < SESSION_RENEWED_AFTER_MS) return undefined;
  return sessionCookie(master, newSession(accessKeyId, via, now), visit);
}

function cookie(visit: Visit, value: string, seconds: number): string {
  const secure = visit.isSecure ? "; Secure" : "";
  return `${cookieName(visit)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** On one machine cookies of all ports are one jar; and Safari refuses this prefix without HTTPS. */
function cookieName({ isSecure, port }: Visit): string {
  return isSecure ? "__Host-millrace" : `millrace-${port === "" ? 80 : port}`;
}
