import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalInConstantTime, fromBase64Url, toBase64Url } from "../../src/auth/bytes.ts";

describe("base64url", () => {
  test("is what others write, and reads it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64url");
        expect(toBase64Url(bytes)).toBe(text);
        expect(toBase64Url(bytes.slice().buffer)).toBe(text);
        expect(fromBase64Url(text)).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  test.each(["a", "abcde", "ab=", "ab==", "a+b/", "a b", "abc\n", "abé", "ab日", "ab\u{1f600}", "\0aa"])(
    "%j is none",
    (text) => {
      expect(fromBase64Url(text)).toBeUndefined();
    },
  );
});

test.each([
  ["", "", true],
  ["secret", "secret", true],
  ["secret", "secres", false],
  ["secret", "Secret", false],
  ["secret", "secret ", false],
  ["é", "é", true],
  ["é", "e", false],
  ["日", "本", false],
])("%j and %j are the same: %j", (a, b, isSame) => {
  expect(equalInConstantTime(a, b)).toBe(isSame);
});
