import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** Peers are nothing that the project depends on. */
const CACHE = join(import.meta.dirname, "../../../node_modules/.cache/bench-peers");
const INSTALL_MS = 300_000;

/** Why a peer cannot be had on this machine. */
export class NotHere extends Error {}

/** Packages (`name@version`) in a folder of their own, brought there the first time; gives its node_modules. Throws NotHere. */
export function installed(packages: readonly string[]): string {
  const folder = join(CACHE, packages.join("_").replaceAll(/[^\w.@-]/g, "-"));
  const modules = join(folder, "node_modules");
  const names = packages.map((one) => one.slice(0, one.lastIndexOf("@")));
  if (names.every((name) => existsSync(join(modules, name, "package.json")))) return modules;
  console.log(`installing ${packages.join(", ")} for the benchmark alone ...`);
  mkdirSync(folder, { recursive: true });
  const options = ["--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stderr, error } = spawnSync("npm", ["install", ...options, ...packages], {
    cwd: folder,
    encoding: "utf8",
    timeout: INSTALL_MS,
    shell: process.platform === "win32",
  });
  if (status === 0) return modules;
  const why = error?.message ?? stderr.trim().split("\n")[0] ?? "";
  throw new NotHere(`npm could not install ${packages.join(", ")}: ${why}`);
}
