import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./support/longest-first.ts";

/** Files that measure what is in memory: what others left there would be measured, too. */
const MEASURED = [
  "test/core/**/*-memory.test.ts",
  "test/core/board/board-machine.test.ts",
  "test/core/directory.test.ts",
  "test/core/engine/local-variables.test.ts",
];

export default defineConfig({
  root: join(import.meta.dirname, ".."),
  test: {
    sequence: { sequencer: LongestFirst },
    globalSetup: [join(import.meta.dirname, "support/build-files.ts")],
    // The platform's own module, simulated, so that the real objects run where faults can be planned.
    alias: {
      "cloudflare:workers": join(import.meta.dirname, "support/platform/cloudflare-workers.ts"),
    },
    // More than there are processors: tests of runners mostly wait for processes, and two files of them take longest.
    maxWorkers: availableParallelism() + 2,
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "test/{core,auth,cli,console,effects,objects,queries,service,http,protocols,structure,golden,reference,sim,docs,worker}/**/*.test.ts",
          ],
          exclude: MEASURED,
          // No test leaves anything behind in a module, and to read all modules again for each file takes as long as many tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: "memory", include: MEASURED } },
    ],
  },
});
