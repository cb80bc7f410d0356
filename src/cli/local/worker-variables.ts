import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** Variables of the Worker that the runner's own environment can set. */
const NAMES = ["FUNCTIONS", "NOTIFY_URL", "ALLOW_PRIVATE_ADDRESSES"];

/** What the runner sets besides secrets. */
export function settings(env: NodeJS.ProcessEnv, isVerbose: boolean): Record<string, string> {
  const set = NAMES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  return { ...Object.fromEntries(set), ...(!isVerbose && { LOG: "bugs" }) };
}

/** Every line `NAME=value` of a file. */
export function variablesIn(file: string): Record<string, string> {
  const lines = Object.entries(parseEnv(readFileSync(file, "utf8")));
  return Object.fromEntries(lines.map(([name, value]) => [name, value ?? ""]));
}
