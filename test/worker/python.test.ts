import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const FILE = join(import.meta.dirname, "../../src/worker/worker.py");
const source = readFileSync(FILE, "utf8");

test("worker.py has no syntax that Python 3.8 does not know", () => {
  const check = "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 8))";
  const { status, stderr } = spawnSync("python3", ["-c", check], { input: source, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("worker.py says the version that it is of", () => {
  expect(/^VERSION = "(.+)"$/m.exec(source)?.[1]).toBe(manifest.version);
});
