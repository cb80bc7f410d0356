import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Json, jsonEqual, jsonSize, parseOwn, readJson } from "../../src/core/json.ts";
import { JSON_DEPTH, JSON_DIGITS_MAX, JSON_PARTS_MAX } from "../../src/core/limits.ts";
import { utf8Length } from "../../src/core/text.ts";

function valueOf(text: string): Json {
  const read = readJson(text);
  if (!read.ok) throw new Error(read.detail);
  return read.value;
}

describe("a number from outside", () => {
  test.each<[text: string, value: number | bigint]>([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["9007199254740993", 9007199254740993n],
    ["-9007199254740993", -9007199254740993n],
    ["1234567890123456789", 1234567890123456789n],
    ["1234567890123456", 1234567890123456],
    // written with a fraction or an exponent it is what a double holds, in the digits that it is written with again
    ["9007199254740993.0", 9007199254740992n],
    ["1e20", 100000000000000000000n],
    ["1152921504606846976e0", 1152921504606847000n],
    ["1e21", 1e21],
    ["1.5e3", 1500],
    ["1.7976931348623157e308", Number.MAX_VALUE],
    ["0.1234567890123456789", 0.12345678901234568],
    ["1e-999", 0],
    ["9".repeat(JSON_DIGITS_MAX), BigInt("9".repeat(JSON_DIGITS_MAX))],
    [`-${"9".repeat(JSON_DIGITS_MAX)}`, -BigInt("9".repeat(JSON_DIGITS_MAX))],
  ])("%s", (text, value) => {
    expect(valueOf(text)).toBe(value);
    expect(valueOf(`{"a":[1,{"b":${text}}]}`)).toEqual({ a: [1, { b: value }] });
  });

  test("keeps its digits on its way through text that we write", () => {
    const text = '{"id":1234567890123456789,"ids":[-18446744073709551616,1.5]}';
    expect(JSON.stringify(valueOf(text))).toBe(text);
    expect(JSON.stringify(parseOwn(text))).toBe(text);
    expect(jsonSize(valueOf(text))).toBe(text.length);
  });

  test("is the same before and after it was written", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        const value = valueOf(JSON.stringify([double]));
        expect(parseOwn(JSON.stringify(value))).toEqual(value);
      }),
    );
  });

  test("is refused with its path when it is larger than any that can be kept", () => {
    const refused = (text: string) => readJson(text);
    expect(refused('{"a":{"b":[1,1e999]}}')).toMatchObject({
      code: "InvalidNumber",
      detail: expect.stringMatching(/^a\.b\[1\] is larger than any number that can be kept/),
    });
    expect(refused("[[-1e400]]")).toMatchObject({ detail: expect.stringMatching(/^\[0\]\[0\] /) });
    expect(refused("1e309")).toMatchObject({ detail: expect.stringMatching(/^the number is larger/) });
    expect(refused("9".repeat(JSON_DIGITS_MAX + 1))).toMatchObject({ code: "InvalidNumber" });
  });

  test("is equal to what has the same value, and to nothing near it", () => {
    expect(jsonEqual(valueOf("[100000000000000000000]"), valueOf("[1e20]"))).toBe(true);
    expect(jsonEqual(valueOf("1234567890123456789"), valueOf("1234567890123456788"))).toBe(false);
    expect(jsonEqual(valueOf("1234567890123456789"), "1234567890123456789")).toBe(false);
  });
});

describe("a document from outside", () => {
  test("may be as deep and have as many values as the limits say, and no more", () => {
    const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    expect(readJson(deep(JSON_DEPTH)).ok).toBe(true);
    expect(readJson(deep(JSON_DEPTH + 1))).toMatchObject({ code: "TooDeep" });
    expect(readJson(`[1234567890123456789,${deep(500_000)}]`)).toMatchObject({ code: "TooDeep" });
    const many = (values: number) => `[${"0,".repeat(values - 2)}0]`;
    expect(readJson(many(JSON_PARTS_MAX)).ok).toBe(true);
    expect(readJson(many(JSON_PARTS_MAX + 1))).toMatchObject({ code: "TooManyValues" });
    expect(readJson(`[${"{},".repeat(JSON_PARTS_MAX)}{}]`)).toMatchObject({ code: "TooManyValues" });
    // what stands in texts is no value, whatever is escaped there
    expect(readJson(JSON.stringify([`,[{"\\`.repeat(JSON_PARTS_MAX / 2)])).ok).toBe(true);
  });

  test("that is not JSON is refused in the parser's words", () => {
    expect(readJson("{")).toMatchObject({ code: "NotJson" });
    expect(readJson('{"a": 12345678901234567890')).toMatchObject({ code: "NotJson" });
  });
});

test("a value's size is what its text takes, escapes and halves of characters included", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.string({ unit: "binary" }), (value, text) => {
      const both = [value, text, { [text]: value }] as Json;
      expect(jsonSize(both)).toBe(utf8Length(JSON.stringify(both)));
    }),
  );
  expect(jsonSize('\u0001\ud800"\\\n')).toBe(utf8Length(JSON.stringify('\u0001\ud800"\\\n')));
});
