/** The first round number that is not below, and at least 4; half of it is a whole number, too. */
export function roundUp(n: number): number {
  if (n <= 4) return 4;
  const unit = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 3, 4, 6, 8, 10].map((times) => times * unit).find((round) => round >= n) ?? n;
}

/** Which of so many bars are named: about as many as there is room for, the first, and none whose name would not fit in. */
export function namedBars(bars: number, room: number): ReadonlySet<number> {
  const every = Math.max(1, Math.ceil(bars / room));
  const named = Array.from({ length: Math.ceil(bars / every) }, (_, nth) => nth * every);
  return new Set(named.filter((at) => at === 0 || bars - at > every / 2));
}
