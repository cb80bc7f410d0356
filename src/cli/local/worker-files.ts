import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import manifest from "../../../package.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "../../..");
const SOURCES = join(ROOT, "src/worker");
/** For the examples, and for whoever wants a file. */
const DIST = join(ROOT, "dist");
/** They are served from among the console's files: inside the Worker's code they would be a fifth of it. */
const SERVED = join(DIST, "console/assets");
/** Which of those are for workers. */
const SERVED_NAME = /^worker-[0-9a-f]{64}\./;
/** Where each is, and what tells it apart; its types stand beside it. */
const BUILT = join(ROOT, "src/http/worker-files.js");
const HEAD = `// Millrace's runner ${manifest.version}: takes tasks from queues and runs a command for each, or a function of yours.
// Node 18 or newer; no dependencies. \`node worker.mjs --help\` tells more.`;

/** The oldest Node that runs it. */
const TARGET = "node18";

const BUNDLED = {
  bundle: true,
  write: false,
  platform: "node",
  target: TARGET,
  legalComments: "none",
  logLevel: "silent",
} as const;

/** The runner in one file, its second thread inside it. */
export async function bundleWorker(): Promise<string> {
  const thread = await build({
    ...BUNDLED,
    entryPoints: [join(SOURCES, "beat-thread.ts")],
    format: "cjs",
    minify: true,
  });
  const { outputFiles } = await build({
    ...BUNDLED,
    entryPoints: [join(SOURCES, "main.ts")],
    format: "esm",
    define: {
      MILLRACE_VERSION: JSON.stringify(manifest.version),
      MILLRACE_BEAT_THREAD: JSON.stringify(thread.outputFiles[0]?.text ?? ""),
    },
    banner: { js: HEAD },
  });
  return outputFiles[0]?.text ?? "";
}

/** Writes the files that the service hands out, and a module that tells it where they are. */
export async function buildWorkerFiles(): Promise<void> {
  const texts = {
    "worker.mjs": await bundleWorker(),
    "worker.d.ts": readFileSync(join(SOURCES, "worker.d.ts"), "utf8"),
    "worker.py": readFileSync(join(SOURCES, "worker.py"), "utf8"),
  };
  const built = Object.entries(texts).map(([name, text]) => {
    const sha256 = createHash("sha256").update(text).digest("hex");
    return { name, text, sha256, served: name.replace(".", `-${sha256}.`) };
  });
  mkdirSync(SERVED, { recursive: true });
  for (const { name, text, served } of built) {
    write(join(DIST, name), text);
    write(join(SERVED, served), text);
  }
  removeOthers(built.map(({ served }) => served));
  const places = built.map(({ name, sha256, served }) => [name, { path: `/assets/${served}`, sha256 }]);
  write(BUILT, `export const WORKER_FILES = ${JSON.stringify(Object.fromEntries(places))};\n`);
}

/** Whether one of the console's files is one that workers are given. */
export function isForWorkers(file: string): boolean {
  return SERVED_NAME.test(file);
}

/** What an earlier build made. */
function removeOthers(kept: readonly string[]): void {
  for (const file of readdirSync(SERVED))
    if (isForWorkers(file) && !kept.includes(file)) rmSync(join(SERVED, file), { force: true });
}

/**
 * In one step: several processes may build it at once, and others read it. What has not changed is left alone: whoever
 * watches the sources builds anew for each file that is written, and would never end.
 */
function write(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  const own = `${file}.${process.pid}`;
  writeFileSync(own, text);
  renameSync(own, file);
}

if (process.argv[1] === import.meta.filename) await buildWorkerFiles();
