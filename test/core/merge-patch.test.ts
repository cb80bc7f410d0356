import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patched } from "../../src/core/merge-patch.ts";

describe("a merge patch", () => {
  test.each<[string, object, object, object]>([
    ["keeps what it does not name", { a: 1, b: 2 }, {}, { a: 1, b: 2 }],
    ["keeps what it names without a value", { a: 1 }, { a: undefined }, { a: 1 }],
    ["changes what it names", { a: 1, b: 2 }, { b: 3 }, { a: 1, b: 3 }],
    ["adds what was not there", { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ["takes away what it names as null", { a: 1, b: 2 }, { a: null }, { b: 2 }],
    ["takes away what is not there in peace", { a: 1 }, { b: null }, { a: 1 }],
    [
      "replaces objects and lists whole",
      { a: { x: 1, y: 2 }, b: [1, 2] },
      { a: { x: 3 }, b: [] },
      { a: { x: 3 }, b: [] },
    ],
    ["leaves null alone inside of objects", { a: 1 }, { a: { x: null } }, { a: { x: null } }],
    [
      "keeps false, 0 and the empty text",
      { a: true, b: 1, c: "c" },
      { a: false, b: 0, c: "" },
      { a: false, b: 0, c: "" },
    ],
  ])("%s", (_, stored, patch, result) => {
    expect(patched(stored, patch)).toEqual(result);
  });

  test("changes nothing the second time, and neither of what it is given", () => {
    const keys = fc.constantFrom("a", "b", "c");
    const patches = fc.dictionary(keys, fc.oneof(fc.constant(null), fc.integer(), fc.object()));
    fc.assert(
      fc.property(fc.dictionary(keys, fc.integer()), patches, (stored, patch) => {
        const before = JSON.stringify([stored, patch]);
        const once: object = patched<object>(stored, patch);
        expect(patched<object>(once, patch)).toEqual(once);
        expect(JSON.stringify([stored, patch])).toBe(before);
      }),
    );
  });
});
