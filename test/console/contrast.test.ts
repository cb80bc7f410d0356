import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const CSS = readFileSync(join(import.meta.dirname, "../../src/console/styles/tokens.css"), "utf8");
const [, LIGHT = "", DARK = ""] =
  /:root \{(.*?)\n\}.*?:root\[data-theme="dark"\] \{(.*?)\n\}/s.exec(CSS) ?? [];
const TEXT = 4.5;
const MARK = 3;
const GROUNDS = ["bg", "surface", "sunken"];
const TONES = ["ok", "run", "warn", "bad", "miss", "idle"];

function tokensOf(block: string): Map<string, string> {
  return new Map(
    Array.from(block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name = "", value = ""]) => [name, value]),
  );
}

/** Relative luminance (WCAG 2.1). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const PAIRS: readonly (readonly [front: string, back: string, least: number])[] = [
  ...GROUNDS.flatMap((ground) =>
    ["ink", "ink-2", "ink-3", "accent", ...TONES].map((front) => [front, ground, TEXT] as const),
  ),
  ...TONES.flatMap((tone) => [
    [tone, `${tone}-soft`, TEXT] as const,
    ["ink", `${tone}-soft`, TEXT] as const,
    ["ink-2", `${tone}-soft`, TEXT] as const,
    [`${tone}-mark`, "surface", MARK] as const,
  ]),
  ["accent", "accent-soft", TEXT],
  ["on-solid", "solid", TEXT],
  ["line-strong", "surface", MARK],
];

describe.each([
  ["light", tokensOf(LIGHT)],
  ["dark", tokensOf(DARK)],
])("in the %s theme", (_, tokens) => {
  test("all colours are there", () => {
    expect(tokens.size).toBeGreaterThan(30);
    expect([...tokensOf(LIGHT).keys()]).toEqual([...tokens.keys()]);
  });

  test.each(PAIRS)("%s on %s has a contrast of at least %d", (front, back, least) => {
    const [one, other] = [tokens.get(front), tokens.get(back)];
    expect(one && other && contrast(one, other)).toBeGreaterThanOrEqual(least);
  });
});
