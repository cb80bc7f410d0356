import { type JsonObject, parseOwn } from "../core/json.ts";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "./bytes.ts";
import { type MasterKey, hmac } from "./master-key.ts";

/** What a task token names: one attempt of one task. */
export interface TaskTokenPayload {
  /** Name of the execution's object. */
  readonly execution: string;
  readonly path: string;
  readonly attempt: number;
}

const VERSION = "mr1";
/** Longer texts are no tokens of ours: names and paths are bounded. */
export const TOKEN_LENGTH_MAX = 8192;
const ANY_TOKEN = /mr1\.[\w-]+\.[\w-]+\.[\w-]+/g;

/** `mr1.<key id>.<payload>.<mac>`: a signed capability; whoever holds it may report this attempt and nothing else. */
export async function signTaskToken(master: MasterKey, payload: TaskTokenPayload): Promise<string> {
  const { execution, path, attempt } = payload;
  const body = toBase64Url(utf8(JSON.stringify([execution, path, attempt])));
  const mac = await hmac(master.tokens, `${VERSION}.${master.id}.${body}`);
  return [VERSION, master.id, body, toBase64Url(mac)].join(".");
}

/** What an authentic token names; undefined for any other text. No object needs to be woken for it. */
export async function verifyTaskToken(
  masters: readonly MasterKey[],
  token: string,
): Promise<TaskTokenPayload | undefined> {
  if (token.length > TOKEN_LENGTH_MAX) return undefined;
  const [version, keyId, body, mac, ...rest] = token.split(".");
  if (version !== VERSION || !body || !mac || rest.length > 0) return undefined;
  const master = masters.find(({ id }) => id === keyId);
  const signature = fromBase64Url(mac);
  if (!master || !signature) return undefined;
  const isAuthentic = await crypto.subtle.verify(
    "HMAC",
    master.tokens,
    signature,
    utf8(`${version}.${keyId}.${body}`),
  );
  return isAuthentic ? readPayload(body) : undefined;
}

/** The body is ours: its signature was checked. */
function readPayload(body: string): TaskTokenPayload | undefined {
  const bytes = fromBase64Url(body);
  if (!bytes) return undefined;
  const [execution, path, attempt] = parseOwn<[string, string, number]>(fromUtf8(bytes));
  return { execution, path, attempt };
}

/** Stands for a token wherever one would be shown. */
export function maskTaskToken(token: string): string {
  return `${VERSION}.…${token.slice(-6)}`;
}

/** A text with marks where tokens stood: nobody but the worker that it was made for is to see one. */
export function maskTokensIn(text: string): string {
  return text.replaceAll(ANY_TOKEN, (token) => maskTaskToken(token));
}

/** Workers that answer with what they were given would otherwise put tokens into outputs and history. */
export function withoutTokens(output: JsonObject): JsonObject {
  const text = JSON.stringify(output);
  const masked = maskTokensIn(text);
  return masked === text ? output : parseOwn<JsonObject>(masked);
}

/** A name for a task's message that says nothing of its token: the same for every repeat. */
export async function taskMessageId({ execution, path, attempt }: TaskTokenPayload): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(JSON.stringify([execution, path, attempt])));
  return `t-${toBase64Url(new Uint8Array(digest, 0, 15))}`;
}
