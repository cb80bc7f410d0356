import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** A clone in which nothing is installed yet, and an npm that has kept nothing. */
function newClone(): string {
  const clone = mkdtempSync(join(tmpdir(), "millrace-clone-"));
  mkdirSync(join(clone, "src", "cli"), { recursive: true });
  for (const file of ["package.json", "package-lock.json", "src/cli/bootstrap.mjs"])
    cpSync(join(ROOT, file), join(clone, file));
  return clone;
}

async function firstStart(registry: string) {
  const clone = newClone();
  const child = spawn(process.execPath, [join(clone, "src/cli/bootstrap.mjs"), "start"], {
    env: {
      ...process.env,
      npm_config_registry: registry,
      npm_config_replace_registry_host: "always",
      npm_config_cache: join(clone, "cache"),
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  const [code] = await once(child, "close");
  return { code, output };
}

test.each([
  ["refuses", (server: ReturnType<typeof createServer>) => server.close()],
  ["never answers", () => {}],
])("a first start says in one sentence that npm's registry %s", async (_, prepare) => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  prepare(server);
  const { code, output } = await firstStart(`http://127.0.0.1:${port}/`);
  server.close();
  expect(code).toBe(1);
  expect(output).toMatch(
    /^Installing dependencies \(once\) \.\.\.\nnpm cannot reach its registry \([^)\n]+\)[^\n]*npm config set registry[^\n]*\n$/,
  );
});
