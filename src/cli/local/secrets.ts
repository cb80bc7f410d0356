import { readFileSync, statSync } from "node:fs";
import { parseEnv } from "node:util";
import { SECRET_VARIABLE } from "../../auth/secrets.ts";
import { utf8Length } from "../../core/text.ts";
import { SECRET_BYTES } from "../../core/limits.ts";
import { UsageError } from "../usage-error.ts";
import { secretFile } from "./credentials.ts";
import { settings, variablesIn } from "./worker-variables.ts";

const OTHERS_MAY = 0o077;

/** All variables of the Worker that are not those of its configuration. */
export function serviceVariables(data: string, isVerbose: boolean): Readonly<Record<string, string>> {
  const secrets = readSecrets(data);
  return { ...settings(process.env, isVerbose), ...variablesIn(secretFile(data)), ...secrets };
}

/**
 * The secrets that flows name, as variables of the Worker: those of `secrets.env` in the data folder, and of the runner's
 * own environment, the file's first. Refuses a file that others may read.
 */
export function readSecrets(data: string): Readonly<Record<string, string>> {
  const file = secretFile(data);
  if (process.platform !== "win32" && (statSync(file).mode & OTHERS_MAY) !== 0) {
    throw new UsageError(`others may read the secrets in ${file}: run chmod 600 ${file}`);
  }
  const secrets = { ...secretsIn(process.env), ...secretsIn(parseEnv(readFileSync(file, "utf8"))) };
  for (const [name, value] of Object.entries(secrets)) {
    if (utf8Length(value) > SECRET_BYTES)
      throw new UsageError(`${name} is longer than the ${SECRET_BYTES} bytes that a secret may have`);
  }
  return secrets;
}

function secretsIn(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(variables).flatMap(([name, value]) =>
    name.startsWith(SECRET_VARIABLE) && value !== undefined ? [[name, value] as const] : [],
  );
  return Object.fromEntries(entries);
}
