import { describe, expect, test } from "vitest";
import { caretPlace } from "../../src/console/model/yaml-caret.ts";

/** The place of the caret, which is written as `|`. */
function at(text: string) {
  const place = caretPlace(text.replace("|", ""), text.indexOf("|"));
  return place && { ...place, siblings: [...place.siblings.keys()].toSorted() };
}

describe("the caret in a definition", () => {
  test.each([
    ["a key of the flow", "version: v1\nti|", [], undefined, "ti", ["version"]],
    ["a value", "version: v1\ntype: fl|", [], "type", "fl", ["type", "version"]],
    ["a new step", "steps:\n  - |", ["steps", 0], undefined, "", []],
    ["a new step at the indentation of its list", "steps:\n- ty|", ["steps", 0], undefined, "ty", []],
    [
      "a key of the second step",
      "steps:\n  - type: pass\n    name: a\n  - type: task\n    |\n    name: b",
      ["steps", 0],
      undefined,
      "",
      ["name", "type"],
    ],
    [
      "a key inside a list inside a step",
      "steps:\n  - type: task\n    retry:\n      - errors: [a]\n        max|",
      ["steps", 0, "retry", 0],
      undefined,
      "max",
      ["errors"],
    ],
    [
      "a step inside a foreach",
      "steps:\n  - type: foreach\n    name: all\n    steps:\n      - type: task\n        na|",
      ["steps", 0, "steps", 0],
      undefined,
      "na",
      ["type"],
    ],
    [
      "a key under a key",
      "steps:\n  - type: foreach\n    iterationMapping:\n      col|",
      ["steps", 0, "iterationMapping"],
      undefined,
      "col",
      [],
    ],
    [
      "a key after what lies deeper",
      "steps:\n  - type: foreach\n    iterationMapping:\n      item: a\n    |",
      ["steps", 0],
      undefined,
      "",
      ["iterationMapping", "type"],
    ],
    ["braces", "steps:\n  - { type: pass, na|", ["steps", 0], undefined, "na", ["type"]],
    [
      "braces under a key",
      "steps:\n  - type: foreach\n    iterationMapping: { collection: $.a, item: b|",
      ["steps", 0, "iterationMapping"],
      "item",
      "b",
      ["collection", "item"],
    ],
    [
      "a branch",
      "steps:\n  - type: parallel\n    branches:\n      - steps:\n          - |",
      ["steps", 0, "branches", 0, "steps", 0],
      undefined,
      "",
      [],
    ],
  ])("at %s", (_, text, keys, key, word, siblings) => {
    expect(at(text)).toMatchObject({ keys, word, siblings });
    expect(at(text)?.key).toBe(key);
  });
});
