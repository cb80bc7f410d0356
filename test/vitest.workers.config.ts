import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));

export default defineConfig({
  root,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: `${root}/wrangler.toml` },
      miniflare: { bindings: { MASTER_KEY: "a key of the test suite, long enough to be one" } },
    }),
  ],
  test: { name: "workers", include: ["test/workers/**/*.test.ts"], testTimeout: 30_000 },
});
