import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { accessKeySecret } from "../../src/auth/access-key.ts";
import { masterKey } from "../../src/auth/master-key.ts";
import { accessProblem } from "../../src/cli/deploy/access.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");
const WRANGLER = join(import.meta.dirname, "../../src/cli/deploy/wrangler.ts");

interface Answer {
  readonly status?: number;
  readonly out?: string;
  readonly err?: string;
  /** Ends without a status, as by a signal. */
  readonly dies?: boolean;
}

/** Stands for wrangler: answers each command as it was told, and notes what it was asked. */
const FAKE = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const asked = process.argv.slice(2).join(" ");
const input = asked.startsWith("secret put") ? readFileSync(0, "utf8") : "";
appendFileSync(process.env.FAKE_CALLS, JSON.stringify({ asked, input }) + "\\n");
const answers = JSON.parse(process.env.FAKE_ANSWERS);
const { status = 0, out = "", err = "", dies } = answers[Object.keys(answers).find((key) => asked.startsWith(key))] ?? {};
process.stdout.write(out);
process.stderr.write(err);
if (dies) process.kill(process.pid, "SIGKILL");
process.exitCode = status;
`;

const LOGGED_IN: Answer = { out: '{"loggedIn":true,"email":"a@example.com"}' };
const NO_SECRET: Answer = { out: "[]" };

/** A place to deploy from, with an account that answers as told. */
class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "millrace-deploy-"));

  deploy(answers: Readonly<Record<string, Answer>> = {}, ...args: string[]) {
    const calls = join(this.folder, "calls");
    writeFileSync(calls, "");
    const fake = join(this.folder, "wrangler");
    writeFileSync(fake, FAKE);
    chmodSync(fake, 0o755);
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "deploy", ...args], {
      cwd: this.folder,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: `${this.folder}${delimiter}${process.env.PATH ?? ""}`,
        FAKE_CALLS: calls,
        FAKE_ANSWERS: JSON.stringify({ whoami: LOGGED_IN, "secret list": NO_SECRET, ...answers }),
      },
    });
    const lines = readFileSync(calls, "utf8").split("\n").filter(Boolean);
    const asked = lines.map((line) => JSON.parse(line) as { asked: string; input: string });
    return { status, output: `${stdout}${stderr}`, asked };
  }

  get secretFiles(): string[] {
    const folder = join(this.folder, ".millrace");
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  }
}

async function adminKey(secret: string): Promise<string> {
  const master = await masterKey(secret);
  return master ? `mradmin1.${await accessKeySecret(master, "mradmin1")}` : "";
}

const isPut = ({ asked }: { asked: string }) => asked.startsWith("secret put");

test("a first deployment makes what is missing, puts a secret once, and shows the admin key that is made of it", async () => {
  const place = new Place();
  const missing: Answer = { status: 1, err: 'Queue "millrace-transport-dead" does not exist.' };
  const { status, output, asked } = place.deploy({ "queues info millrace-transport-dead": missing });
  expect(status, output).toBe(0);
  expect(asked.map((call) => call.asked)).toEqual([
    "whoami --json",
    "queues info millrace-transport",
    "queues info millrace-transport-dead",
    "queues create millrace-transport-dead",
    "deploy",
    "secret list --format json",
    "secret put MASTER_KEY",
  ]);
  const secret = asked.at(-1)?.input ?? "";
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(output).toContain(await adminKey(secret));
  expect(output).not.toContain(secret);
  const [file = "", ...others] = place.secretFiles;
  expect(others).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe(`MASTER_KEY=${secret}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a later deployment leaves the secret as it is", () => {
  const place = new Place();
  const there: Answer = { out: '[{"name":"MASTER_KEY","type":"secret_text"}]' };
  const { status, asked } = place.deploy({ "secret list": there });
  expect(status).toBe(0);
  expect(asked.filter(isPut)).toEqual([]);
  expect(place.secretFiles).toEqual([]);
});

test("a secret of another name is none", () => {
  const other: Answer = { out: '[{"name":"PREVIOUS_MASTER_KEYS","type":"secret_text"}]' };
  expect(new Place().deploy({ "secret list": other }).asked.filter(isPut)).toHaveLength(1);
});

const STEPS: [step: string, last: string][] = [
  ["whoami", "whoami --json"],
  ["queues info", "queues info millrace-transport"],
  ["deploy", "deploy"],
  ["secret list", "secret list --format json"],
  ["secret put", "secret put MASTER_KEY"],
];

for (const [step, last] of STEPS) {
  test.each<[string, Answer]>([
    ["fails", { status: 255, err: "a fetch failed" }],
    ["fails and shows an empty list all the same", { status: 1, out: "[]", err: "a fetch failed" }],
    ["is killed", { err: "a fetch failed", dies: true }],
  ])(`stops where wrangler ${step} %s, and says so`, (_, answer) => {
    const place = new Place();
    const { status, output, asked } = place.deploy({ [step]: answer });
    expect(status).toBe(2);
    expect(asked.at(-1)?.asked).toBe(last);
    expect(output).toContain("stopped:");
    expect(output).toContain("a fetch failed");
    expect(output).not.toContain("mradmin1.");
    expect(output).not.toContain("    at ");
    if (step !== "secret put") expect(place.secretFiles).toEqual([]);
  });
}

test("stops where a queue that is missing cannot be made", () => {
  const missing: Answer = { status: 1, err: 'Queue "millrace-transport" does not exist.' };
  const { status, asked } = new Place().deploy({
    "queues info": missing,
    "queues create": { status: 1 },
  });
  expect(status).toBe(2);
  expect(asked.at(-1)?.asked).toBe("queues create millrace-transport");
});

test.each(["", "no json", "{}", '["MASTER_KEY"]', '{"result":[]}'])(
  "puts no secret where the list of secrets is not understood: %s",
  (out) => {
    const { status, asked } = new Place().deploy({ "secret list": { out } });
    expect(status).toBe(2);
    expect(asked.filter(isPut)).toEqual([]);
  },
);

test.each<Answer>([
  { out: '{"loggedIn":false}', status: 1 },
  { out: '{"loggedIn":false}', status: 0 },
])("says that nobody is logged in", (answer) => {
  const { status, output, asked } = new Place().deploy({ whoami: answer });
  expect(status).toBe(2);
  expect(output).toContain("not logged in to Cloudflare: run `npx wrangler login`");
  expect(asked).toHaveLength(1);
});

test("another try after a put without an answer puts the same secret, so that it is known whichever was taken", async () => {
  const place = new Place();
  const [first] = place.deploy({ "secret put": { dies: true } }).asked.slice(-1);
  const { output, asked } = place.deploy();
  expect(asked.at(-1)).toEqual(first);
  expect(output).toContain(await adminKey(first?.input ?? ""));
});

test("where a secret was taken and the answer was lost, the next deployment shows its admin key, once, and puts none", async () => {
  const place = new Place();
  const [put] = place.deploy({ "secret put": { dies: true } }).asked.slice(-1);
  const there = { "secret list": { out: '[{"name":"MASTER_KEY"},{"name":"MASTER_KEY"}]' } };
  const next = place.deploy(there);
  expect(next.status).toBe(0);
  expect(next.asked.filter(isPut)).toEqual([]);
  expect(next.output).toContain("unless somebody else put it");
  expect(next.output).toContain(await adminKey(put?.input ?? ""));
  expect(place.secretFiles.map((file) => readFileSync(file, "utf8"))).toEqual([`MASTER_KEY=${put?.input}\n`]);
  expect(place.deploy(there).output).not.toContain("mradmin1.");
});

test("a page in place of an answer is cut", () => {
  const out = `<!DOCTYPE html>${"<p>blocked</p>".repeat(5000)}`;
  const { status, output } = new Place().deploy({ "secret list": { out } });
  expect(status).toBe(2);
  expect(output).toContain("stopped: asking whether there is a MASTER_KEY (it was not touched)");
  expect(output.length).toBeLessThan(5000);
});

test("a wrangler that never answers is ended, and that is said", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-deploy-"));
  writeFileSync(join(folder, "wrangler"), `#!${process.execPath}\nsetInterval(() => {}, 1000);\n`, {
    mode: 0o755,
  });
  const program = `import { ask } from ${JSON.stringify(WRANGLER)}; console.log(JSON.stringify(ask(["whoami"], 500)));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` },
  });
  expect(JSON.parse(stdout)).toMatchObject({ status: 1, errors: "no answer within 0.5 seconds" });
});

const ACCESS = {
  ACCESS_TEAM: "acme",
  ACCESS_AUD: "4714c1358e65",
  ACCESS_ROLES: '{"a@example.com": "admin"}',
};

test.each<[what: string, variables: Readonly<Record<string, string>>, problem: string | undefined]>([
  ["not at all", {}, undefined],
  ["whole", ACCESS, undefined],
  ["by half", { ACCESS_TEAM: "acme", ACCESS_AUD: "" }, "ACCESS_AUD and ACCESS_ROLES are missing"],
  ["without roles", { ...ACCESS, ACCESS_ROLES: "" }, "ACCESS_ROLES is missing"],
  ["for no role that there is", { ...ACCESS, ACCESS_ROLES: '{"a@example.com": "owner"}' }, "must be one of"],
  ["for a team that no address has", { ...ACCESS, ACCESS_TEAM: "acme corp" }, "ACCESS_TEAM must be"],
])("Cloudflare Access that is set up %s", (_, variables, problem) => {
  expect(accessProblem(variables, () => ["MASTER_KEY"])).toEqual(
    problem === undefined ? undefined : expect.stringContaining(problem),
  );
});

test("a part of it may be a secret, which nobody can read, or of which nobody can tell", () => {
  const { ACCESS_ROLES: _, ...half } = ACCESS;
  expect(accessProblem(half, () => ["ACCESS_ROLES"])).toBeUndefined();
  expect(accessProblem(half, () => undefined)).toBeUndefined();
});

test("deploys nothing where Cloudflare Access is set up by half, and says what to do", () => {
  const place = new Place();
  const worker = 'name = "millrace"\nmain = "src/index.ts"\ncompatibility_date = "2026-10-01"\n';
  writeFileSync(join(place.folder, "wrangler.toml"), `${worker}[vars]\nACCESS_TEAM = "acme"\n`);
  const { status, output, asked } = place.deploy();
  expect(status).toBe(2);
  expect(output).toContain(
    "nothing was deployed: wrangler.toml, [vars]: Cloudflare Access is set up by half",
  );
  expect(asked.map((call) => call.asked)).toEqual(["whoami --json", "secret list --format json"]);
});

test.each(["--dryrun", "--force", "production", "--dry-run=yes"])(
  "refuses %s before it calls anything",
  (word) => {
    const { status, output, asked } = new Place().deploy({}, word);
    expect(status).toBe(2);
    expect(output).toContain("npm run deploy [-- --dry-run]");
    expect(asked).toEqual([]);
  },
);

test("where there is no wrangler, it says so", () => {
  const place = new Place();
  const { status, stderr } = spawnSync(process.execPath, [MAIN, "deploy"], {
    cwd: place.folder,
    encoding: "utf8",
    env: { PATH: place.folder },
  });
  expect(status).toBe(2);
  expect(stderr).toContain("ENOENT");
});
