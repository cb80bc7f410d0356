import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    name: "unit",
    include: ["test/{core,auth,service,http,structure,golden,sim,docs}/**/*.test.ts"],
    // The platform's own module, simulated, so that the real objects run where faults can be planned.
    alias: {
      "cloudflare:workers": fileURLToPath(new URL("support/platform/cloudflare-workers.ts", import.meta.url)),
    },
    testTimeout: 60_000,
  },
});
