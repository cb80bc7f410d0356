import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, ".."),
  // Each file has a browser and a service of its own, and a page is drawn by one processor: two files fill two of them.
  test: {
    name: "browser",
    globalSetup: [join(import.meta.dirname, "support/build-files.ts")],
    include: ["test/browser/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
