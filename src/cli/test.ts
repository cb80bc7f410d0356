import { spawnSync } from "node:child_process";

/** Cheapest first: what a wrong type or a stray import breaks need not wait for a browser. */
const STEPS = ["check", "test:unit", "test:workers", "test:e2e"];
const CHECKS = ["check:types", "check:lint", "check:format", "check:unused"];

/** `npm test`: everything that must hold. Words behind `--` choose steps. */
export async function test(args: readonly string[]): Promise<number> {
  const steps =
    args.length > 0 ? args.map((step) => (STEPS.includes(`test:${step}`) ? `test:${step}` : step)) : STEPS;
  return runSteps(steps, "all checks and tests passed");
}

/** `npm run check`: whether types, lint, format and dead code are in order. */
export async function check(): Promise<number> {
  return runSteps(CHECKS, "all checks passed");
}

/** Runs scripts of package.json, one after the other, up to the first that fails. */
function runSteps(steps: readonly string[], whenPassed: string): number {
  for (const step of steps) {
    console.log(`\n== npm run ${step}`);
    const { status } = spawnSync("npm", ["run", "--silent", step], {
      stdio: "inherit",
      shell: process.platform === "win32",
    });
    if (status !== 0) {
      console.error(`\nnpm run ${step} failed`);
      return status ?? 1;
    }
  }
  console.log(`\n${whenPassed}`);
  return 0;
}
