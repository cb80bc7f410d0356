import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./support/longest-first.ts";

export default defineConfig({
  root: join(import.meta.dirname, ".."),
  test: {
    sequence: { sequencer: LongestFirst },
    name: "unit",
    globalSetup: [join(import.meta.dirname, "support/build-files.ts")],
    include: [
      "test/{core,auth,cli,console,effects,objects,queries,service,http,protocols,structure,golden,reference,sim,docs,worker}/**/*.test.ts",
    ],
    // The platform's own module, simulated, so that the real objects run where faults can be planned.
    alias: {
      "cloudflare:workers": join(import.meta.dirname, "support/platform/cloudflare-workers.ts"),
    },
    // One more than there are processors: tests of runners mostly wait for processes.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
  },
});
