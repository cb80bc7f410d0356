import { describe, expect, test } from "vitest";
import { evaluatePath, parsePath } from "../../../src/core/expr/jsonpath.ts";
import type { Json } from "../../../src/core/json.ts";

const ROOT: Json = {
  a: { b: [10, 20, 30], "odd key": 1, "x.y": 2 },
  list: [{ v: 1, parts: ["p", "q"] }, { parts: ["r"] }, { v: 3 }],
  nothing: null,
  é: "accent",
};

const FOUND: readonly [path: string, value: Json][] = [
  ["$", ROOT],
  ["$.a.b", [10, 20, 30]],
  ["$.a.b[0]", 10],
  ["$.a.b[-1]", 30],
  ["$.a.b[3]", null],
  ["$.a['odd key']", 1],
  ['$.a["x.y"]', 2],
  ["$.é", "accent"],
  ["$.nothing", null],
  ["$.nothing.deeper", null],
  ["$.missing", null],
  ["$.a.b.length", null],
  ["$.toString", null],
  ["$.__proto__", null],
  ["$.list[*].v", [1, 3]],
  ["$.list[*].parts[*]", ["p", "q", "r"]],
  ["$.list[*].missing", []],
  ["$.missing[*]", []],
  ["$.a.*", [[10, 20, 30], 1, 2]],
  ["$.a.b.*", [10, 20, 30]],
  ["$.nothing[*]", []],
];

const BROKEN: readonly [path: string, column: number][] = [
  ["$.", 2],
  ["$.a.", 4],
  ["$.a[", 4],
  ["$.a[x]", 4],
  ["$.a[1:2]", 4],
  ["$..a", 2],
  ["$.a b", 4],
  ["$input,a", 7],
  ["$.a[?(@.x)]", 4],
];

describe("a path", () => {
  test.each(FOUND)("%s", (text, value) => {
    const parsed = parsePath(text);
    expect(parsed.ok && evaluatePath(parsed.path, ROOT)).toEqual(value);
  });

  test.each(BROKEN)("%s is refused at column %i", (text, column) => {
    expect(parsePath(text)).toMatchObject({
      ok: false,
      code: "InvalidPath",
      detail: expect.stringContaining(`column ${column}`),
    });
  });

  test("an array that is found whole is the same array, so large results are shared", () => {
    const parsed = parsePath("$.list[*]");
    expect(parsed.ok && evaluatePath(parsed.path, ROOT)).toBe((ROOT as { list: Json }).list);
  });
});
