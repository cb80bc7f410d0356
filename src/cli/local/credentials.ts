import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { FIRST_ADMIN_KEY_ID, accessKeySecret } from "../../auth/access-key.ts";
import { masterKey } from "../../auth/master-key.ts";
import { messageOf } from "../../core/result.ts";
import { UsageError } from "../usage-error.ts";

export interface Credentials {
  readonly url: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

const OWNER_ONLY = 0o600;

/** What the objects write, in a data folder. */
export function stateFolder(data: string): string {
  return join(data, "state");
}

/** A folder for files that end with the service; those of one that was killed are still there. */
export function temporaryFolder(data: string): string {
  const path = join(data, "tmp");
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** The file that gives the service its secret; a first start makes it, or adds to what somebody wrote there before. */
export function secretFile(data: string): string {
  const file = join(data, "secrets.env");
  inFolder(data, () => {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const line = `MASTER_KEY=${randomBytes(32).toString("base64url")}\n`;
    if (!existsSync(file)) writePrivately(file, line);
    else if (lacksKey(file) && !existsSync(stateFolder(data))) {
      appendFileSync(file, readFileSync(file, "utf8").endsWith("\n") ? line : `\n${line}`);
    }
  });
  return file;
}

function lacksKey(file: string): boolean {
  return !/^MASTER_KEY=/m.test(readFileSync(file, "utf8"));
}

/** It may be a file, another user's, or on a full disk. */
export function inFolder<T>(data: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new UsageError(
      `the data folder ${data} cannot be used (${messageOf(error)}): mend that, or name another one with -- --data FOLDER`,
    );
  }
}

export function credentialsFile(data: string): string {
  return join(data, "credentials.json");
}

/** Derives the first admin key and writes it down for workers and people. */
export async function writeCredentials(data: string, url: string): Promise<Credentials> {
  const file = secretFile(data);
  const secret = /^MASTER_KEY=(.+)$/m.exec(readFileSync(file, "utf8"))?.[1];
  const master = await masterKey(secret);
  if (!master)
    throw new UsageError(`${file} holds no usable MASTER_KEY: restore it, or remove the whole data folder`);
  const credentials: Credentials = {
    url,
    accessKeyId: FIRST_ADMIN_KEY_ID,
    accessKeySecret: await accessKeySecret(master, FIRST_ADMIN_KEY_ID),
  };
  inFolder(data, () => writePrivately(credentialsFile(data), `${JSON.stringify(credentials, null, 2)}\n`));
  return credentials;
}

function writePrivately(file: string, text: string): void {
  writeFileSync(file, text, { mode: OWNER_ONLY });
  // The mode above counts for new files only.
  chmodSync(file, OWNER_ONLY);
}
