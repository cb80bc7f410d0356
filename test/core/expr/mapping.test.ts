import { describe, expect, test } from "vitest";
import { applyMappings, parseSource } from "../../../src/core/expr/mapping.ts";
import type { Json, JsonObject } from "../../../src/core/json.ts";

const SCOPE = {
  input: { x: 1 },
  local: { y: [2] },
  self: { z: 3 },
  context: () => ({ flow: { name: "f" } }),
};

function map(...mappings: [target: string, source: Json][]): JsonObject {
  return applyMappings(
    mappings.map(([target, source]) => {
      const parsed = parseSource(source);
      if (!parsed.ok) throw new Error(parsed.detail);
      return { target, source: parsed.source };
    }),
    SCOPE,
  );
}

describe("a mapping", () => {
  test("reads input, local, context and its own place", () => {
    expect(
      map(["a", "$input.x"], ["b", "$local.y[0]"], ["c", "$context.flow.name"], ["d", "$.z"], ["e", "$"]),
    ).toEqual({
      a: 1,
      b: 2,
      c: "f",
      d: 3,
      e: { z: 3 },
    });
  });

  test.each<[Json]>([
    ["text"],
    [1],
    [-1],
    [true],
    [null],
    [""],
    [[]],
    [{ a: "$input.x" }],
    ["$100"],
    ["$output.a"],
  ])("%j is a constant", (constant) => expect(map(["k", constant])).toEqual({ k: constant }));

  test.each(["$input.", "$inputs", "$local[", "$contextual", "$.a..b"])(
    "%s is refused: it looks like a path",
    (source) => {
      expect(parseSource(source)).toMatchObject({ ok: false, code: "InvalidPath" });
    },
  );

  test("of two mappings with one target the later wins; a dotted target is a plain key; missing values are null", () => {
    expect(map(["k", 1], ["k", 2], ["a.b", "$input.missing"])).toEqual({ k: 2, "a.b": null });
  });

  test("a target called __proto__ is a key like any other", () => {
    expect(Object.keys(map(["__proto__", 1]))).toEqual(["__proto__"]);
  });
});
