import { spawnSync } from "node:child_process";

/** Cheapest first: what a wrong type or a stray import breaks need not wait for a browser. */
const STEPS = ["check", "test:unit", "test:workers", "test:e2e"];

/** `npm test`: everything that must hold. Words behind `--` choose steps. */
export async function test(args: readonly string[]): Promise<number> {
  const steps =
    args.length > 0 ? args.map((step) => (STEPS.includes(`test:${step}`) ? `test:${step}` : step)) : STEPS;
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
  console.log("\nall checks and tests passed");
  return 0;
}
