import { readFileSync, statSync } from "node:fs";
import { isJsonObject, readJson } from "./json.ts";
import { UsageError } from "./usage-error.ts";

export interface Credentials {
  readonly url: string;
  /** `accessKeyId.accessKeySecret`. */
  readonly key: string;
}

export interface CredentialOptions {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly credentials?: string | undefined;
  readonly insecureHttp?: boolean | undefined;
}

const KEY = /^[A-Za-z0-9]{1,64}\.[\w-]{1,128}$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const OTHERS_CAN_READ = 0o044;

/** A file that was named, else the environment's key and address, else the environment's file. */
export function readCredentials(
  options: CredentialOptions,
  env: Readonly<Record<string, string | undefined>>,
  warn: (text: string) => void,
): Credentials {
  const key = options.key ?? (options.credentials === undefined ? env.MILLRACE_KEY : undefined);
  const file = key === undefined ? (options.credentials ?? env.MILLRACE_CREDENTIALS) : undefined;
  const url = options.url ?? env.MILLRACE_URL;
  const found = file === undefined ? { url, key } : fromFile(file, url, warn);
  if (found.key === undefined)
    throw new UsageError(
      "no access key is known: name a file with --credentials, or set MILLRACE_URL and MILLRACE_KEY (accessKeyId.accessKeySecret)",
    );
  if (!KEY.test(found.key)) throw new UsageError("MILLRACE_KEY must be accessKeyId.accessKeySecret");
  if (found.url === undefined) throw new UsageError("where is the service? Use --url or MILLRACE_URL");
  return { key: found.key, url: originOf(found.url, options.insecureHttp === true) };
}

function fromFile(file: string, url: string | undefined, warn: (text: string) => void) {
  const value = readJson(readText(file, "of credentials"));
  const { accessKeyId, accessKeySecret, url: own } = isJsonObject(value) ? value : {};
  if (typeof accessKeyId !== "string" || typeof accessKeySecret !== "string")
    throw new UsageError(`${file} is not a file of credentials: {"url", "accessKeyId", "accessKeySecret"}`);
  if ((statSync(file).mode & OTHERS_CAN_READ) !== 0)
    warn(`${file} can be read by others on this machine: \`chmod 600\` it`);
  return {
    key: `${accessKeyId}.${accessKeySecret}`,
    url: url ?? (typeof own === "string" ? own : undefined),
  };
}

export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`the file ${what} cannot be read: ${error instanceof Error ? error.message : ""}`);
  }
}

function originOf(url: string, isInsecureFine: boolean): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new UsageError(`"${url}" is not an address: use https://...`);
  }
  const { protocol, hostname, origin } = parsed;
  if (protocol !== "https:" && protocol !== "http:")
    throw new UsageError(`"${url}" is not an address: use https://...`);
  if (protocol === "http:" && !LOOPBACK.test(hostname) && !isInsecureFine)
    throw new UsageError(`${origin} would get the key unencrypted: use https, or say --insecure-http`);
  return origin;
}
