import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./support/longest-first.ts";

export default defineConfig({
  root: join(import.meta.dirname, ".."),
  // Each file starts services of its own, at ports and in folders that nobody else has, and waits for them for much of its time.
  test: {
    sequence: { sequencer: LongestFirst },
    name: "e2e",
    globalSetup: [join(import.meta.dirname, "support/build-files.ts")],
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
  },
});
