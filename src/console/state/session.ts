import { signal } from "@preact/signals";
import { onSignedOut, read, write } from "../api/client.ts";
import { forgetAll } from "../api/resource.ts";

export interface Session {
  readonly signedIn: true;
  readonly accessKeyId: string;
  readonly role: "admin" | "operator" | "viewer";
  /** Of the installation, "" if it has none. */
  readonly name: string;
  /** `access`: Cloudflare Access vouches, and there is no cookie. */
  readonly via: "key" | "code" | "access";
  readonly expiresAt: string;
}

const SESSION = "/v1/session";
/** Answered by Cloudflare Access, before any request comes to the service. */
const ACCESS_SIGN_OUT = "/cdn-cgi/access/logout";

/** Undefined until it is known; null when nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined);
/** Why the session could not be asked for. */
export const sessionError = signal<unknown>(undefined);

/** Signs in with the code of the address, if there is one, and asks who is signed in. */
export async function openSession(): Promise<void> {
  onSignedOut(() => {
    if (session.value) endHere();
  });
  const code = /^#code=(.+)$/.exec(location.hash)?.[1];
  try {
    if (code === undefined) session.value = await currentSession();
    else await signInWithCode(code);
  } catch (error) {
    sessionError.value = error;
    session.value = null;
  }
}

async function currentSession(): Promise<Session | null> {
  const answer = await read<Session | { readonly signedIn: false }>(SESSION);
  return answer?.data.signedIn === true ? answer.data : null;
}

/** A code is good once: whoever is signed in already stays so when it has been used. */
async function signInWithCode(code: string): Promise<void> {
  history.replaceState(null, "", location.pathname + location.search);
  const already = await currentSession();
  session.value = already ?? (await write<Session>("POST", SESSION, { code: decodeURIComponent(code) }));
}

export async function signIn(accessKey: string): Promise<void> {
  session.value = await write<Session>("POST", SESSION, { accessKey });
  sessionError.value = undefined;
}

export async function signOut(): Promise<void> {
  const isByAccess = session.value?.via === "access";
  await write("DELETE", SESSION);
  if (isByAccess) location.assign(ACCESS_SIGN_OUT);
  endHere();
}

function endHere(): void {
  forgetAll();
  session.value = null;
}

/** Whether buttons that change something show at all; the service refuses them all the same. */
export function mayChange(): boolean {
  return session.value?.role === "admin" || session.value?.role === "operator";
}

export function mayAdminister(): boolean {
  return session.value?.role === "admin";
}
