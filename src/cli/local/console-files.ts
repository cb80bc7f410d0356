import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import manifest from "../../../package.json" with { type: "json" };
import { isForWorkers } from "./worker-files.ts";

const ROOT = join(import.meta.dirname, "../../..");
const SOURCES = join(ROOT, "src/console");
/** Their flows are templates of the editor. */
const EXAMPLES = join(ROOT, "examples");
/** What the service's assets are: nothing may lie in it but `assets`, since other addresses are the API's. */
const BUILT = join(ROOT, "dist/console/assets");
const SHELL = "shell.html";
const RECORD = join(ROOT, "dist/console-build.json");
/** Whatever else the output depends on. */
const MADE_WITH = [
  "vite",
  "preact",
  "@preact/signals",
  "preact-iso",
  "@dagrejs/dagre",
  "lucide",
  "cronstrue",
  "diff",
  "@codemirror/autocomplete",
  "@codemirror/commands",
  "@codemirror/lang-yaml",
  "@codemirror/language",
  "@codemirror/lint",
  "@codemirror/search",
  "@codemirror/state",
  "@codemirror/view",
];

interface BuildRecord {
  /** Of the sources. */
  readonly hash: string;
  /** Names of this build's files. */
  readonly files: readonly string[];
}

export interface BuiltConsole {
  /** Another one for other files. */
  readonly hash: string;
  /** What it was made of, and where another build leaves its mark. */
  readonly inputs: readonly string[];
}

/** Builds the console, if its sources are not those of the last build. */
export async function buildConsole(): Promise<BuiltConsole> {
  const sources = findSources();
  const hash = hashOf(sources);
  const built: BuiltConsole = { hash, inputs: [...sources, RECORD] };
  const last = lastBuild();
  if (last?.hash === hash && existsSync(join(BUILT, SHELL))) return built;
  const scratch = join(ROOT, `dist/console-${process.pid}`);
  try {
    await bundleInto(scratch);
    const files = takeOver(scratch);
    removeOld([...files, ...(last?.files ?? [])]);
    replaceFile(RECORD, JSON.stringify({ hash, files } satisfies BuildRecord));
    return built;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function bundleInto(folder: string): Promise<void> {
  const { build } = await import("vite");
  await build({
    configFile: join(SOURCES, "vite.config.ts"),
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true, rollupOptions: { input: join(SOURCES, SHELL) } },
  });
}

function findSources(): string[] {
  const examples = filesIn(EXAMPLES).filter((file) => file.endsWith("/flow.yaml"));
  return [...filesIn(SOURCES), ...examples].toSorted();
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  const versions: Readonly<Record<string, string>> = manifest.devDependencies;
  hash.update(JSON.stringify(MADE_WITH.map((name) => versions[name])));
  for (const file of files) hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  return hash.digest("hex");
}

function lastBuild(): BuildRecord | undefined {
  if (!existsSync(RECORD)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `buildConsole` writes there, in one step
  return JSON.parse(readFileSync(RECORD, "utf8")) as BuildRecord;
}

/** Names tell contents apart, so files may come before the page that names them; several builds may do so at once. */
function takeOver(scratch: string): string[] {
  const assets = join(scratch, "assets");
  mkdirSync(BUILT, { recursive: true });
  const files = readdirSync(assets);
  for (const name of files) {
    const own = join(BUILT, `${name}.${process.pid}`);
    copyFileSync(join(assets, name), own);
    renameSync(own, join(BUILT, name));
  }
  replaceFile(join(BUILT, SHELL), readFileSync(join(scratch, SHELL), "utf8"));
  return files;
}

/** The files of the build before stay: pages that are open may load them yet. */
function removeOld(kept: readonly string[]): void {
  for (const name of readdirSync(BUILT))
    if (name !== SHELL && !kept.includes(name) && !isForWorkers(name))
      rmSync(join(BUILT, name), { force: true });
}

function replaceFile(file: string, text: string): void {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, text);
  renameSync(own, file);
}

if (process.argv[1] === import.meta.filename) await buildConsole();
