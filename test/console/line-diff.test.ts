import { describe, expect, test } from "vitest";
import { changedLines, folded, lineDiff } from "../../src/console/model/line-diff.ts";

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`).join("\n");

describe("the difference of two texts", () => {
  test("numbers the lines of both sides", () => {
    expect(lineDiff("a\nb\nc", "a\nB\nc\nd")).toEqual([
      { kind: "same", text: "a", before: 1, after: 1 },
      { kind: "removed", text: "b", before: 2 },
      { kind: "added", text: "B", after: 2 },
      { kind: "same", text: "c", before: 3, after: 3 },
      { kind: "added", text: "d", after: 4 },
    ]);
    expect(changedLines("a\nb\nc", "a\nB\nc\nd")).toEqual([2, 4]);
  });

  test("does not count the end of the last line", () => {
    expect(changedLines("a\nb", "a\nb\n")).toEqual([]);
    expect(lineDiff("", "a")).toEqual([{ kind: "added", text: "a", after: 1 }]);
  });

  test("folds what is far from a change", () => {
    const before = lines(40);
    const around = ["same", "same", "same"];
    const parts = folded(lineDiff(before, before.replace("line 20", "another")));
    expect(parts.map((part) => (part.kind === "gap" ? part.lines.length : part.kind))).toEqual([
      17,
      ...around,
      "removed",
      "added",
      ...around,
      16,
    ]);
  });

  test("of texts that have little in common is one taken away and one added", () => {
    const numbers = (from: number) => Array.from({ length: 2000 }, (_, at) => String(from + at)).join("\n");
    const kinds = new Set(lineDiff(numbers(0), numbers(10_000)).map(({ kind }) => kind));
    expect([...kinds]).toEqual(["removed", "added"]);
  });
});
