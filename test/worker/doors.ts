/** The three ways to start a runner, and one to see what became of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker } from "../../src/cli/local/worker-files.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = mkdtempSync(join(tmpdir(), "millrace-doors-"));

export const WORKER_MJS = join(FOLDER, "worker.mjs");
writeFileSync(WORKER_MJS, await bundleWorker());

export const DOORS: Readonly<Record<string, readonly string[]>> = {
  "millrace work": [process.execPath, join(ROOT, "src/cli/main.ts"), "millrace", "work"],
  "worker.mjs": [process.execPath, WORKER_MJS],
  "worker.py": ["python3", join(ROOT, "src/worker/worker.py")],
};

export interface Run {
  readonly child: ChildProcess;
  /** Resolves when it said something like this, on stdout or stderr. */
  readonly said: (what: RegExp) => Promise<void>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
}

export const SECRET = "key.SecretOfTheKey123";

/** Two that behave alike, and are not the same program. */
export const PROGRAMS = Object.keys(DOORS).filter((door) => door !== "millrace work");

/** Starts a runner; its environment has what must not reach a command. */
export function startRunner(
  door: string,
  url: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  /** Without the terminal of whoever runs the tests, if there is one. */
  isDetached = false,
): Run {
  const own = { MILLRACE_URL: url, MILLRACE_KEY: SECRET, XDG_STATE_HOME: join(FOLDER, "state"), ...env };
  return start([...(DOORS[door] ?? []), ...args], own, isDetached);
}

/** Runs a program of somebody who uses the library. */
export function runFile(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Run {
  return start([file.endsWith(".py") ? "python3" : process.execPath, file, ...args], env);
}

function start([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv, isDetached = false): Run {
  const child = spawn(program, args, {
    cwd: FOLDER,
    env: { ...process.env, ...env },
    detached: isDetached,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      for (const look of waiting) look();
    });
  }
  const said = (what: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!what.test(texts.stdout + texts.stderr)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, said, stdout: () => texts.stdout, stderr: () => texts.stderr, exit };
}

/** A program that tells its arguments and its environment in its output file. */
export const TELL = join(FOLDER, "tell.mjs");
writeFileSync(
  TELL,
  `import { readFileSync, writeFileSync } from "node:fs";
const args = process.argv.slice(2).map((arg) => Buffer.from(arg).toString("hex"));
const stdin = readFileSync(0, "utf8");
writeFileSync(process.env.MILLRACE_OUTPUT, JSON.stringify({ args, env: process.env, stdin, cwd: process.cwd() }));
`,
);
