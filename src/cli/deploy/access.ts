import { existsSync } from "node:fs";
import { join } from "node:path";
import { accessSettings } from "../../auth/cloudflare-access.ts";
import { messageOf } from "../../core/result.ts";
import { readConfiguration } from "../local/configuration.ts";
import { UsageError } from "../usage-error.ts";

const NAMES = ["ACCESS_TEAM", "ACCESS_AUD", "ACCESS_ROLES"] as const;
const ALL = NAMES.join(", ");
const CONFIG = "wrangler.toml";

type Variables = Readonly<Record<string, string>>;
/** Names of the Worker's secrets, whose values nobody can read; undefined where nobody can tell them. */
type Secrets = () => readonly string[] | undefined;

/** Refuses settings of Cloudflare Access that would let nobody in that way. */
export async function checkAccess(secrets: Secrets): Promise<void> {
  const problem = accessProblem(await variablesToDeploy(), secrets);
  if (problem !== undefined) throw new UsageError(`nothing was deployed: ${CONFIG}, [vars]: ${problem}`);
}

/** What is wrong with these variables, and what to do; some of them may be secrets instead. */
export function accessProblem(variables: Variables, secrets: Secrets): string | undefined {
  const missing = NAMES.filter((name) => (variables[name] ?? "") === "");
  if (missing.length === NAMES.length) return undefined;
  if (missing.length > 0) return missingProblem(missing, secrets());
  const read = accessSettings(variables);
  return read.ok ? undefined : `${read.detail}; or leave out all of ${ALL}`;
}

function missingProblem(missing: readonly string[], secrets = missing): string | undefined {
  const unknown = missing.filter((name) => !secrets.includes(name));
  if (unknown.length === 0) return undefined;
  const says = `${unknown.join(" and ")} ${unknown.length > 1 ? "are" : "is"} missing`;
  return `Cloudflare Access is set up by half, so that nobody could sign in with it: ${says}. Set all of ${ALL}, or none`;
}

/** What the Worker is given of a table: no text. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Where there is no file, wrangler says so. */
async function variablesToDeploy(): Promise<Variables> {
  const path = join(process.cwd(), CONFIG);
  if (!existsSync(path)) return {};
  try {
    const { variables } = await readConfiguration(path);
    const texts = Object.entries(variables).map(([name, value]) => [name, textOf(value)]);
    return Object.fromEntries(texts);
  } catch (error) {
    throw new UsageError(`nothing was deployed: ${CONFIG} cannot be read: ${messageOf(error)}`);
  }
}
