/** What a language calls the units, each with the space that it wants before it. */
export interface DurationUnits {
  readonly ms: string;
  readonly s: string;
  /** Of seconds behind minutes. */
  readonly sBehind: string;
  readonly m: string;
  readonly h: string;
  readonly d: string;
  /** Between two units. */
  readonly gap: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Such as `3 ms`, `2.1 s`, `31m 07s`, `3h 42m`, `2d 04h`: two units at the most, and as wide as their neighbours. */
export function duration(ms: number, units: DurationUnits): string {
  if (ms < 0) return `−${duration(-ms, units)}`;
  if (ms < SECOND) return `${Math.round(ms)}${units.ms}`;
  if (Math.round(ms / 100) < 600) return `${tenths(ms)}${units.s}`;
  const seconds = Math.round(ms / SECOND) * SECOND;
  if (seconds < HOUR) return two(seconds, [MINUTE, units.m], [SECOND, units.sBehind], units.gap);
  const minutes = Math.round(ms / MINUTE) * MINUTE;
  if (minutes < DAY) return two(minutes, [HOUR, units.h], [MINUTE, units.m], units.gap);
  return two(Math.round(ms / HOUR) * HOUR, [DAY, units.d], [HOUR, units.h], units.gap);
}

function tenths(ms: number): string {
  const value = Math.round(ms / 100) / 10;
  return value >= 10 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, "");
}

type Unit = readonly [ms: number, name: string];

function two(ms: number, [large, largeName]: Unit, [small, smallName]: Unit, gap: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${largeName}${gap}${String(rest).padStart(2, "0")}${smallName}`;
}
