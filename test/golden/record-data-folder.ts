// Keeps a small data folder of this release, for all later ones to open: npm run golden, before a release.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../src/cli/serve/server.ts";
import manifest from "../../package.json" with { type: "json" };
import { freePort } from "../../src/cli/local/ports.ts";
import { tellDataFolder } from "./data-folder-story.ts";

const KEPT = join(import.meta.dirname, "data-folders");
const file = join(KEPT, `${manifest.version}.tar.gz`);

if (!existsSync(file)) {
  mkdirSync(KEPT, { recursive: true });
  const host = "127.0.0.1";
  const data = mkdtempSync(join(tmpdir(), "millrace-golden-"));
  const quiet = { tell: () => {}, write: () => {} };
  const server = await startServer({ host, port: await freePort(host), data, verbose: false, ...quiet });
  await tellDataFolder(server.credentials);
  await server.stop();
  const kept = ["format", "secrets.env", "state"];
  execFileSync("tar", ["-czf", file, "--exclude=*-shm", "-C", data, ...kept]);
}
