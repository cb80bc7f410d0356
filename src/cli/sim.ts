import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { messageOf } from "../core/result.ts";
import { UsageError } from "./usage-error.ts";

const HELP = "options: -- --seeds 1..1000 --story schedules (a file of test/sim; by default all of them)";
/** Of one story: nobody waits for it, and whoever looks for rare things may have other things to do meanwhile. */
const STORY_MS = 15 * 60_000;
const SEEDS = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/;

export interface SimOptions {
  readonly first: number;
  readonly last: number;
  readonly story: string;
}

/** `npm run sim`: random stories of the whole service under faults; of one that fails seed, faults and trace are told. */
export async function sim(args: readonly string[]): Promise<number> {
  const { first, last, story } = readSimOptions(args);
  console.log(`seeds ${first} to ${last}; a seed is told again with: npm run sim -- --seeds SEED`);
  const files = `test/sim/${story}`;
  const vitest = ["run", "--config", "test/vitest.unit.config.ts", files, "-t", "seed"];
  vitest.push(`--testTimeout=${STORY_MS}`, `--hookTimeout=${STORY_MS}`);
  const { status } = spawnSync("vitest", vitest, {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, SIM_FIRST: String(first), SIM_SEEDS: String(last - first + 1) },
  });
  return status ?? 1;
}

export function readSimOptions(args: readonly string[]): SimOptions {
  const { seeds, story, help } = parse(args);
  if (help) throw new UsageError(HELP);
  const [, first = "", last = first] = SEEDS.exec(seeds) ?? [];
  if (first === "" || Number(last) < Number(first)) {
    throw new UsageError(
      `--seeds takes a seed, or the first and the last of some, such as 1..1000, not "${seeds}"`,
    );
  }
  return { first: Number(first), last: Number(last), story };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: "string", default: "1..100" },
        story: { type: "string", default: "" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}; ${HELP}`);
  }
}
