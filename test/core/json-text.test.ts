import { describe, expect, test } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { jsonPieces, jsonStart } from "../../src/core/json-text.ts";

const TEXT = 'quotes " and \\ and 字 and \u0001';
const VALUES: Readonly<Record<string, Json>> = {
  null: null,
  "a number with many digits": 1234567890123456789n,
  "a text": TEXT,
  "an empty list": [],
  "an empty object": {},
  "small parts": { a: [1, 2, { b: TEXT }], [TEXT]: true },
  "a long text": { before: 1, long: TEXT.repeat(10_000), after: [TEXT] },
  "a long list": Array.from({ length: 100_000 }, () => 1.5),
  "long lists in lists": [[], Array.from({ length: 30_000 }, (_, nth) => ({ nth })), [[TEXT]]],
  "many keys": Object.fromEntries(Array.from({ length: 20_000 }, (_, nth) => [`key ${nth}`, TEXT])),
  "keys that are digits": { 2: "x".repeat(70_000), 1: 1, b: "y".repeat(70_000), 10: 10 },
  "a key that others would take for the prototype": JSON.parse(
    `{"__proto__": "${"x".repeat(70_000)}"}`,
  ) as Json,
  "large values under long keys": { ["k".repeat(100_000)]: ["x".repeat(70_000), "y".repeat(70_000)] },
};

describe.each(Object.entries(VALUES))("the text of %s", (_, value) => {
  const whole = JSON.stringify(value);

  test("is the same in pieces as in one", () => {
    expect([...jsonPieces(value)].join("") === whole).toBe(true);
  });

  test.each([1, 2, 10, 256, 100_000])("begins with its first %i characters", (length) => {
    expect(jsonStart(value, length).slice(0, length)).toBe(whole.slice(0, length));
  });
});

test("no piece is much longer than others, or ends inside of a text", () => {
  const list = Array.from({ length: 50_000 }, (_, nth) => `text,[{ ${nth}`);
  const pieces = [...jsonPieces({ list })];
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
  for (const piece of pieces) expect((piece.match(/"/g) ?? []).length % 2).toBe(0);
});

test("the beginning of a large value is found without writing it", () => {
  const shared: Json[] = ["x".repeat(1000)];
  let value: Json = shared;
  // 2^60 texts, were it written.
  for (let level = 0; level < 60; level++) value = [value, value];
  expect(jsonStart(value, 100)).toMatch(/^\[{61}"x+/);
});
