import { spawnSync } from "node:child_process";
import { findBrowser } from "./browser.ts";

/** Cheapest first: what a wrong type or a stray import breaks need not wait for a browser. */
const STEPS = ["check", "test:unit", "test:workers", "test:e2e", "test:browser"];
const BROWSER = "test:browser";
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

const WITHOUT_BROWSER =
  "NOT RUN: there is no Chromium on this machine, so nobody has tried the console. Install one " +
  "(Debian: apt-get install --no-install-recommends chromium fonts-dejavu-core fonts-noto-cjk), or say in CHROMIUM where it is.";

/** Runs scripts of package.json, one after the other, up to the first that fails. */
function runSteps(steps: readonly string[], whenPassed: string): number {
  for (const step of steps) {
    console.log(`\n== npm run ${step}`);
    if (step === BROWSER && findBrowser() === undefined) {
      console.error(WITHOUT_BROWSER);
      continue;
    }
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
