import { env, exports } from "cloudflare:workers";
import { FIRST_ADMIN_KEY_ID, accessKeySecret } from "../../src/auth/access-key.ts";
import { masterKey } from "../../src/auth/master-key.ts";

export interface MnsReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of an error. */
  readonly code: string | undefined;
}

export interface MnsSend {
  readonly body?: string;
  /** Added, or put in the place of what is sent otherwise; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly key?: { readonly id: string; readonly secret: string };
  /** In the place of the right one. */
  readonly signature?: string;
}

export async function adminKey() {
  const master = await masterKey(env.MASTER_KEY);
  if (!master) throw new Error("the suite has a master key");
  return { id: FIRST_ADMIN_KEY_ID, secret: await accessKeySecret(master, FIRST_ADMIN_KEY_ID) };
}

/** One request as a client of MNS sends it, with a signature of the test's own making (spec: MNS section 4.3). */
export async function mns(method: string, target: string, send: MnsSend = {}): Promise<MnsReply> {
  const key = send.key ?? (await adminKey());
  const wanted = {
    date: new Date().toUTCString(),
    "x-mns-version": "2015-06-06",
    ...(send.body !== undefined && { "content-type": "text/xml;charset=UTF-8" }),
    ...send.headers,
  };
  const sent = Object.entries(wanted).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const header = (name: string) => sent.find(([own]) => own === name)?.[1] ?? "";
  const own = sent
    .filter(([name]) => name.startsWith("x-mns-"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const date = header("date") || header("x-mns-date");
  const lines = [method, header("content-md5"), header("content-type"), date];
  const signature =
    send.signature ?? (await sign(key.secret, `${lines.join("\n")}\n${own.join("")}${target}`));
  const isUnsigned = send.headers !== undefined && "authorization" in send.headers;
  const response = await exports.default.fetch(`http://mns.example${target}`, {
    method,
    headers: {
      ...(!isUnsigned && { authorization: `MNS ${key.id}:${signature}` }),
      ...Object.fromEntries(sent),
    },
    redirect: "manual",
    ...(send.body !== undefined && { body: send.body }),
  });
  const text = await response.text();
  const [, code] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
  return { status: response.status, headers: response.headers, text, code };
}

async function sign(secret: string, text: string): Promise<string> {
  const bytes = (value: string) => new TextEncoder().encode(value);
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", bytes(secret), algorithm, false, ["sign"]);
  const signed = await crypto.subtle.sign("HMAC", key, bytes(text));
  return btoa(String.fromCharCode(...new Uint8Array(signed)));
}

/** The texts of an element, as often as it stands there. */
export function texts(name: string, { text }: MnsReply): string[] {
  return Array.from(text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g")), ([, value = ""]) => value);
}

export function textOf(name: string, reply: MnsReply): string {
  return texts(name, reply)[0] ?? "";
}
