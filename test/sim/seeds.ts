import { expect, onTestFailed, test } from "vitest";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import { Platform } from "../support/platform/platform.ts";
import { expectSound } from "./invariants.ts";

/** Seeds that a story failed with once; what was mended is tried with them for ever. */
const KEPT_SEEDS = [309, 421, 578, 1009, 5000];

const FIRST = Number(process.env.SIM_FIRST ?? 1);

/** `SIM_SEEDS` how many, `SIM_FIRST` from which on (`npm run sim`): to look for rarer things than the suite has time for. */
export const SEEDS: readonly number[] = Array.from(
  new Set([
    ...Array.from({ length: Number(process.env.SIM_SEEDS ?? 10) }, (_, n) => n + FIRST),
    ...KEPT_SEEDS,
  ]),
);

/** Every fifth, for stories that take their time. */
export const FEW_SEEDS: readonly number[] = SEEDS.filter((seed) => seed % 5 === 0 || SEEDS.length < 5);

/** Every twentieth, for those that take seconds. */
export const VERY_FEW_SEEDS: readonly number[] = FEW_SEEDS.filter(
  (seed) => seed % 20 === 0 || SEEDS.length < 5,
);

/** What the present story is told on. */
let present: Platform | undefined;

/** The platform of a story; `room` is the memory of each object. If the test fails, seed, faults and trace are told. */
export function begin(seed: number, faults: Faults = NO_FAULTS, room?: number): Platform {
  present?.close();
  const platform = new Platform(seed, faults, room);
  onTestFailed(({ task: { name } }) => {
    // Past the platform, which takes the console for itself.
    process.stderr.write(
      `\n${name}\nseed ${seed}, faults ${JSON.stringify(faults)}\n${platform.trace.tell()}\n`,
    );
  });
  present = platform;
  return platform;
}

/** For `afterEach` of all stories: what holds at the end of each, whatever it was about; then the real clock is back. */
export async function end({ task }: { readonly task: { readonly result?: { readonly state: string } } }) {
  const platform = present;
  present = undefined;
  try {
    if (platform && task.result?.state !== "fail") await expectSound(platform);
  } finally {
    platform?.close();
  }
}

/** A story for each seed. The first is told once more at the end: whatever a seed brings, it brings each time. */
export function eachSeed(title: string, seeds: readonly number[], story: (seed: number) => Promise<void>) {
  const [first = 1] = seeds;
  let toldBefore: readonly string[] | undefined;
  const traceOf = async (seed: number) => {
    await story(seed);
    return present?.trace.lines() ?? [];
  };
  test.each(seeds)(`${title} (seed %i)`, async (seed) => {
    const lines = await traceOf(seed);
    toldBefore ??= seed === first ? lines : undefined;
  });
  test(`${title} (seed ${first}, once more)`, async () => {
    toldBefore ??= await traceOf(first);
    expect(differenceOf(toldBefore, await traceOf(first))).toEqual([]);
  });
}

const DIFFERENCE_SHOWN = 5;

/** Where two traces part. */
function differenceOf(before: readonly string[], now: readonly string[]) {
  const at = Array.from({ length: Math.max(before.length, now.length) }, (_, n) => n);
  const differing = at.find((n) => before[n] !== now[n]);
  if (differing === undefined) return [];
  return [before, now].map((lines) => lines.slice(differing, differing + DIFFERENCE_SHOWN));
}
