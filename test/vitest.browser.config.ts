import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, ".."),
  // One browser and one service: files that run side by side would only wait for each other.
  test: {
    name: "browser",
    globalSetup: [join(import.meta.dirname, "support/build-files.ts")],
    include: ["test/browser/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
