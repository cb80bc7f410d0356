// Runs on whatever Node the machine has, without dependencies: installs what is missing, then goes on with the
// project's own Node, which everything else here is written for.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = join(root, "node_modules", ".bin");
/** The first to run TypeScript as it stands. */
const LOWEST_NODE = [22, 18];

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** What was installed last, told apart by the lock file's text. */
const stamp = join(root, "node_modules", ".installed-lock");
const lock = readFileSync(join(root, "package-lock.json"), "utf8");

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
}

function npm(args, options = {}) {
  const isWindows = process.platform === "win32";
  const command = isWindows ? "npm.cmd" : "npm";
  return spawnSync(command, args, { cwd: root, encoding: "utf8", shell: isWindows, ...options });
}

/** npm itself tries for minutes. */
const REGISTRY_MS = 4000;
/** The registry is there, and only does not know or allow what npm asks it with. */
const ANSWERED = /^npm error code E\d+$/m;

/** Undefined when npm reaches its registry, else why not. */
function whyNoRegistry() {
  const args = ["ping", "--fetch-retries=0", `--fetch-timeout=${REGISTRY_MS}`];
  const { status, stderr, error } = npm(args, { timeout: REGISTRY_MS, killSignal: "SIGKILL" });
  if (status === 0 || ANSWERED.test(stderr)) return undefined;
  if (error?.code === "ETIMEDOUT") return "no answer";
  return /^npm error code (.+)$/m.exec(stderr)?.[1] ?? error?.message ?? "no answer";
}

function install() {
  console.error("Installing dependencies (once) ...");
  const why = whyNoRegistry();
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // Without a registry, what npm has kept of an earlier installation may be enough.
  const { status, stdout, stderr } = npm(why === undefined ? args : [...args, "--offline"]);
  if (status !== 0 && why !== undefined) {
    fail(
      `npm cannot reach its registry (${why}), and this needs it once to install what it depends on: connect to the network, ` +
        "or name a registry that can be reached with `npm config set registry URL`, and try again",
    );
  }
  if (status !== 0) fail(`npm ci failed:\n${stdout}\n${stderr}`);
  writeFileSync(stamp, lock);
}

/** The project's Node where the registry has one for this machine, else this one if it is new enough. */
function findNode() {
  const own = join(bin, "node");
  if (existsSync(own)) return own;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > LOWEST_NODE[0] || (major === LOWEST_NODE[0] && minor >= LOWEST_NODE[1]))
    return process.execPath;
  return fail(
    `Node ${process.versions.node} is too old here: install Node ${LOWEST_NODE.join(".")} or newer and try again`,
  );
}

/** Who installs just now: the id of its process. */
const installer = join(root, ".installing");

/** Takes the right to install; false when somebody else has it. What a dead process left behind counts for nothing. */
function takeInstall() {
  const own = `${installer}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    // In one step: nobody ever reads half of it.
    linkSync(own, installer);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") fail(`cannot write to ${root}: ${error.message}`);
    if (!isAlive(Number(readIfThere(installer)))) rmSync(installer, { force: true });
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

const POLL_MS = 200;

/** Two commands that are started together in a new clone: one installs, the other waits for it. */
while (!isInstalled()) {
  if (takeInstall()) {
    process.on("exit", () => rmSync(installer, { force: true }));
    if (!isInstalled()) install();
    rmSync(installer, { force: true });
  } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
}

const words = process.argv.slice(2);
// Files that a person names lie where the person is; npm goes elsewhere, and says from where.
const here = process.env.npm_lifecycle_event === "millrace" ? process.env.INIT_CWD : undefined;
const child = spawn(findNode(), [join(root, "src", "cli", "main.ts"), ...words], {
  cwd: words[0] === "millrace" ? (here ?? process.cwd()) : root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
});
// The terminal sends these to the whole group; the child ends in its own time, and so do we.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// npm passes a signal on to its shell alone, which ends without a word: then nobody waits for us any more.
const PARENT_POLL_MS = 250;
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), PARENT_POLL_MS).unref();
}
child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
