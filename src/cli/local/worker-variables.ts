import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { accessSettings } from "../../auth/cloudflare-access.ts";
import { UsageError } from "../usage-error.ts";

/** Variables of the Worker that the runner's own environment can set. */
const NAMES = [
  "FUNCTIONS",
  "NOTIFY_URL",
  "ALLOW_PRIVATE_ADDRESSES",
  "INSTALLATION",
  "TRUST_PROXY",
  "ACCESS_TEAM",
  "ACCESS_AUD",
  "ACCESS_ROLES",
];

/** What the runner sets besides secrets. Throws for settings of Cloudflare Access that make no sense. */
export function settings(env: NodeJS.ProcessEnv, isVerbose: boolean): Record<string, string> {
  const access = accessSettings(env);
  if (!access.ok) throw new UsageError(access.detail);
  const set = NAMES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  return { ...Object.fromEntries(set), ...(!isVerbose && { LOG: "bugs" }) };
}

/** Every line `NAME=value` of a file. */
export function variablesIn(file: string): Record<string, string> {
  const lines = Object.entries(parseEnv(readFileSync(file, "utf8")));
  return Object.fromEntries(lines.map(([name, value]) => [name, value ?? ""]));
}

/**
 * A file from which `wrangler dev` reads just these variables. It takes a dollar sign for the name of another variable,
 * unless a backslash stands before it, and what stands in quotation marks as it is. Throws for what cannot be written so.
 */
export function fileOf(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(name, value.replaceAll("$", String.raw`\$`))}\n`)
    .join("");
}

function quoted(name: string, value: string): string {
  const mark = ["'", "`"].find((one) => !value.includes(one));
  if (mark === undefined || value.endsWith("\\")) {
    throw new UsageError(
      `${name} holds both ' and \`, or ends with a backslash, which wrangler cannot be given: serve without --wrangler`,
    );
  }
  return `${mark}${value}${mark}`;
}
