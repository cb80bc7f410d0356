import { parseArgs } from "node:util";
import * as z from "zod";
import { messageOf } from "../../core/result.ts";
import { UsageError } from "../usage-error.ts";
import { checkAccess } from "./access.ts";
import { earlierPending, firstAdminKey, keepSecret, pendingSecret } from "./secret.ts";
import { type Said, ask, runWrangler, stopAt } from "./wrangler.ts";

const QUEUES = ["millrace-transport", "millrace-transport-dead"];
const SECRET = "MASTER_KEY";

const login = z.object({ loggedIn: z.boolean() });
const secretNames = z.array(z.object({ name: z.string() }));

/**
 * `npm run deploy`: to the user's Cloudflare account, creating what is missing. A first deployment makes the secret and
 * shows the first admin key, once. `-- --dry-run` only builds. Stops at whatever it does not understand: it could put a
 * secret where one is.
 */
export async function deploy(args: readonly string[]): Promise<number> {
  if (isDryRun(args)) {
    await checkAccess(() => undefined);
    return runWrangler(["deploy", "--dry-run", "--outdir", "dist"]).status;
  }
  checkLogin();
  await checkAccess(knownSecrets);
  for (const queue of QUEUES) ensureQueue(queue);
  const deployed = runWrangler(["deploy"]);
  if (deployed.status !== 0) stopAt("the deployment", deployed);
  await ensureSecret();
  return 0;
}

function isDryRun(args: readonly string[]): boolean {
  try {
    const { values } = parseArgs({ args: [...args], options: { "dry-run": { type: "boolean" } } });
    return values["dry-run"] ?? false;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\nnpm run deploy [-- --dry-run]`);
  }
}

function checkLogin(): void {
  const said = ask(["whoami", "--json"]);
  const answer = login.safeParse(jsonOf(said));
  if (!answer.success) stopAt("asking who is logged in", said);
  if (!answer.data.loggedIn) {
    throw new UsageError(
      "wrangler is not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN",
    );
  }
  if (said.status !== 0) stopAt("asking who is logged in", said);
}

function ensureQueue(queue: string): void {
  const known = ask(["queues", "info", queue]);
  if (known.status === 0) return;
  if (!`${known.output}${known.errors}`.includes(`"${queue}" does not exist`))
    stopAt(`asking for the queue ${queue}`, known);
  const created = runWrangler(["queues", "create", queue]);
  if (created.status !== 0) stopAt(`creating the queue ${queue}`, created);
}

/** None before a first deployment: then there is no Worker to ask. */
function knownSecrets(): readonly string[] {
  return secretsIn(askForSecrets()) ?? [];
}

function askForSecrets(): Said {
  return ask(["secret", "list", "--format", "json"]);
}

/** Undefined where the answer is not understood. */
function secretsIn(listed: Said): readonly string[] | undefined {
  const names = secretNames.safeParse(jsonOf(listed));
  return listed.status === 0 && names.success ? names.data.map(({ name }) => name) : undefined;
}

/** Puts a secret only where the account has said that there is none. */
async function ensureSecret(): Promise<void> {
  const listed = askForSecrets();
  const names = secretsIn(listed);
  if (!names) stopAt(`asking whether there is a ${SECRET} (it was not touched)`, listed);
  if (names.includes(SECRET)) return tellUnconfirmed();
  const secret = pendingSecret();
  const put = runWrangler(["secret", "put", SECRET], { input: secret });
  if (put.status !== 0) stopAt(`putting ${SECRET} (another try puts the same)`, put);
  const file = keepSecret();
  console.log(`\nThe first admin key, shown this once:\n  ${await firstAdminKey(secret)}
${SECRET}, which it is made from, is in ${file}: keep a copy in a safe place, Cloudflare gives it to nobody.`);
}

/** An earlier deployment may have put its secret and never heard so: then nobody has seen the admin key yet. */
async function tellUnconfirmed(): Promise<void> {
  const secret = earlierPending();
  if (secret === undefined) return;
  const file = keepSecret();
  console.log(`\nAn earlier deployment put ${SECRET} and heard no answer. There is one now, and unless somebody else put it, it is the one
in ${file}: keep a copy in a safe place. The first admin key is then:\n  ${await firstAdminKey(secret)}`);
}

/** Undefined where it is no JSON. */
function jsonOf({ output }: Said): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
