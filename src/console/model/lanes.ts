/** How high a bar of a letter is, of 12: the state is told by more than a colour. */
const HEIGHTS: Readonly<Record<string, number>> = { s: 8, f: 12, x: 5, r: 8, y: 3, w: 3 };

export const LANE_HEIGHT = 12;
/** In the order in which they are drawn, and told of. */
export const LANE_LETTERS = ["w", "s", "x", "y", "r", "f"] as const;

/** One path for each letter of a lane, a unit wide for each pixel: `s3f` is two of them. */
export function lanePaths(runs: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  let at = 0;
  for (const [, letter = "", times] of runs.matchAll(/([a-z.])(\d*)/g)) {
    const width = Number(times === "" ? 1 : times);
    const height = HEIGHTS[letter];
    if (height !== undefined) {
      const top = (LANE_HEIGHT - height) / 2;
      paths.set(letter, `${paths.get(letter) ?? ""}M${at} ${top}h${width}v${height}h-${width}z`);
    }
    at += width;
  }
  return paths;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90].map((n) => n * DAY),
];

export interface Ticks {
  readonly stepMs: number;
  readonly at: readonly number[];
}

/** Round instants in a stretch of time, so many at the most. */
export function ticksOf(from: number, to: number, most: number): Ticks {
  const stepMs = STEPS.find((step) => (to - from) / step <= most) ?? (to - from) / most;
  const at: number[] = [];
  for (let tick = Math.ceil(from / stepMs) * stepMs; tick <= to; tick += stepMs) at.push(tick);
  return { stepMs, at };
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The stretch between two places of a drawn one (0 to 1), in whole milliseconds; undefined when it is too short to be meant. */
export function brushed({ from, to }: Stretch, a: number, b: number): Stretch | undefined {
  const [low, high] = [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
  if (high - low < 0.01) return undefined;
  const begin = Math.floor(from + (to - from) * low);
  return { from: begin, to: Math.max(begin + 1, Math.ceil(from + (to - from) * high)) };
}

/** Half as long, or twice, around its middle, and never beyond the whole. */
export function zoomed({ from, to }: Stretch, factor: number, whole: Stretch): Stretch {
  const middle = (from + to) / 2;
  const half = Math.max(0.5, ((to - from) / 2) * factor);
  return {
    from: Math.max(whole.from, Math.floor(middle - half)),
    to: Math.min(whole.to, Math.ceil(middle + half)),
  };
}
