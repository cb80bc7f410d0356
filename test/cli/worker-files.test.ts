import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildWorkerFiles } from "../../src/cli/local/worker-files.ts";

const BUILT = join(import.meta.dirname, "../../src/http/worker-files.js");

test("files for workers that have not changed are not written again, which would build the service without end", async () => {
  await buildWorkerFiles();
  const { ino, mtimeMs } = statSync(BUILT);
  await buildWorkerFiles();
  expect(statSync(BUILT)).toMatchObject({ ino, mtimeMs });
});
