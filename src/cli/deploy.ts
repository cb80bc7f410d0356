import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { FIRST_ADMIN_KEY_ID, accessKeySecret } from "../auth/access-key.ts";
import { masterKey } from "../auth/master-key.ts";
import { UsageError } from "./usage-error.ts";

const QUEUES = ["millrace-transport", "millrace-transport-dead"];

/**
 * `npm run deploy`: to the user's Cloudflare account, creating what is missing. A first deployment makes the secret and
 * shows the first admin key, once. `-- --dry-run` only builds.
 */
export async function deploy(args: readonly string[]): Promise<number> {
  if (args.includes("--dry-run")) return wrangler(["deploy", "--dry-run", "--outdir", "dist"]).status;
  const unknown = args.find((arg) => arg !== "--dry-run");
  if (unknown !== undefined) throw new UsageError(`"${unknown}" is not known: npm run deploy [-- --dry-run]`);
  if (wrangler(["whoami"], { quiet: true }).status !== 0) {
    throw new UsageError("wrangler is not logged in: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN");
  }
  createQueues();
  const { status } = wrangler(["deploy"]);
  if (status !== 0) return status;
  return ensureSecret();
}

function createQueues(): void {
  const known = wrangler(["queues", "list"], { quiet: true }).output;
  for (const queue of QUEUES) {
    if (new RegExp(`\\b${queue}\\b(?!-)`).test(known)) continue;
    if (wrangler(["queues", "create", queue]).status !== 0)
      throw new UsageError(`the queue ${queue} was not created`);
  }
}

/** The secret is never shown; the admin key that is made from it is, since nothing else can tell it later. */
async function ensureSecret(): Promise<number> {
  if (wrangler(["secret", "list"], { quiet: true }).output.includes("MASTER_KEY")) return 0;
  const secret = randomBytes(32).toString("base64url");
  const { status } = wrangler(["secret", "put", "MASTER_KEY"], { input: secret });
  if (status !== 0) return status;
  const master = await masterKey(secret);
  if (!master) throw new Error("Broken invariant: a new secret is long enough");
  console.log(
    `\nThe first admin key, shown this once:\n  ${FIRST_ADMIN_KEY_ID}.${await accessKeySecret(master, FIRST_ADMIN_KEY_ID)}`,
  );
  return 0;
}

function wrangler(args: readonly string[], options: { quiet?: boolean; input?: string } = {}) {
  const { status, stdout } = spawnSync("wrangler", [...args], {
    encoding: "utf8",
    input: options.input,
    stdio: [options.input === undefined ? "inherit" : "pipe", options.quiet ? "pipe" : "inherit", "inherit"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    shell: process.platform === "win32",
  });
  return { status: status ?? 1, output: stdout ?? "" };
}
