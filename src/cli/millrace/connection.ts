import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { Client } from "../client.ts";
import type { Credentials } from "../local/credentials.ts";
import { UsageError } from "../usage-error.ts";
import { readText } from "./input.ts";

export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly credentials?: string | undefined;
  /** No key is needed: an address alone will do. */
  readonly isKeyless?: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ROOT = join(import.meta.dirname, "../../..");
const FILE = join(".millrace", "credentials.json");
const KEY = /^([A-Za-z0-9]{1,64})\.([\w-]{1,128})$/;
const credentialsShape = z.object({ url: z.string(), accessKeyId: z.string(), accessKeySecret: z.string() });

/**
 * Who is called, and with which key: a file that was named, else the environment's key, else the file of the local
 * service, here or in this clone.
 */
export function connect({ url, credentials, isKeyless }: ConnectionOptions, env: Environment): Client {
  const address = url ?? env.MILLRACE_URL;
  if (isKeyless === true && address !== undefined) return new Client({ url: origin(address) });
  const file = credentials ?? (env.MILLRACE_KEY === undefined ? env.MILLRACE_CREDENTIALS : undefined);
  if (file !== undefined) return new Client(withUrl(readCredentials(file), address));
  if (env.MILLRACE_KEY !== undefined) return new Client(fromEnvironment(env.MILLRACE_KEY, address));
  const found = [FILE, join(ROOT, FILE)].find((one) => existsSync(one));
  if (found === undefined) {
    throw new UsageError(
      `no service is known here: start one with \`npm run dev\`, or set MILLRACE_URL and MILLRACE_KEY (accessKeyId.accessKeySecret), or name a file with --credentials`,
    );
  }
  const local = readCredentials(found);
  if (address !== undefined && origin(address) !== origin(local.url)) {
    throw new UsageError(
      `the key of ${origin(address)} is needed: set MILLRACE_KEY, or name a file with --credentials`,
    );
  }
  return new Client(local);
}

function withUrl(credentials: Credentials, url: string | undefined): Credentials {
  return { ...credentials, url: origin(url ?? credentials.url) };
}

function fromEnvironment(key: string, url: string | undefined): Credentials {
  const [, accessKeyId, accessKeySecret] = KEY.exec(key) ?? [];
  if (accessKeyId === undefined || accessKeySecret === undefined)
    throw new UsageError("MILLRACE_KEY must be accessKeyId.accessKeySecret");
  if (url === undefined)
    throw new UsageError("MILLRACE_KEY is set, but not where the service is: use MILLRACE_URL or --url");
  return { url: origin(url), accessKeyId, accessKeySecret };
}

function readCredentials(file: string): Credentials {
  const text = readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const read = credentialsShape.safeParse(value);
  if (!read.success)
    throw new UsageError(`${file} is not a file of credentials: {"url", "accessKeyId", "accessKeySecret"}`);
  return read.data;
}

function origin(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new UsageError(`"${url}" is not an address: use https://...`);
  return parsed.origin;
}
