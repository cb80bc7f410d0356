import { describe, expect, test } from "vitest";
import { bar, duration, record, table } from "../../src/cli/millrace/format.ts";
import { printable } from "../../src/cli/millrace/text.ts";
import { Output } from "../../src/cli/millrace/output.ts";

// Not a terminal: nothing is coloured.
const output = new Output(false);

describe("a table", () => {
  const columns = [
    ["NAME", ({ name }: { name: string }) => name],
    ["NOTE", ({ note }: { note?: string }) => note],
    ["SIZE", ({ size }: { size: number }) => size],
  ] as const;

  test("is aligned, without blanks at the ends of lines", () => {
    const items = [
      { name: "a", note: "two\n  lines", size: 1 },
      { name: "longer", size: 20 },
    ];
    expect(table(output, items, columns as never, "none").split("\n")).toEqual([
      "NAME    NOTE       SIZE",
      "a       two lines  1",
      "longer             20",
    ]);
  });

  test("leaves empty columns out, and says so when there is nothing", () => {
    expect(table(output, [{ name: "a", size: 0 }], columns as never, "none")).toBe("NAME  SIZE\na     0");
    expect(table(output, [], columns as never, "none")).toBe("none");
  });

  test("is not led astray by colours", () => {
    const coloured = [
      ["X", (text: string) => `\u001B[31m${text}\u001B[39m`],
      ["Y", () => "y"],
    ] as const;
    const [, first = "", second = ""] = table(output, ["a", "bcd"], coloured, "").split("\n");
    expect(first.indexOf("y") - second.indexOf("y")).toBe(0);
  });
});

test("a record leaves out what is not known, and indents what is long", () => {
  const text = record(output, { name: "n", error: undefined, status: "", input: '{\n  "a": 1\n}' });
  expect(text).toBe('name   n\ninput\n  {\n    "a": 1\n  }');
});

test.each([
  [0, "0.0s"],
  [1234, "1.2s"],
  [59_400, "59s"],
  [61_000, "1m1s"],
  [7_260_000, "2h1m"],
  [26 * 3_600_000, "1d2h"],
])("%i ms are %s", (milliseconds, words) => {
  const start = Date.parse("2027-01-01T00:00:00Z");
  expect(duration("2027-01-01T00:00:00Z", new Date(start + milliseconds).toISOString(), 0)).toBe(words);
  expect(duration("2027-01-01T00:00:00Z", undefined, start + milliseconds)).toBe(words);
});

test.each([
  ["\u001B[32mSucceeded\u001B[39m", "\u001B[32mSucceeded\u001B[39m"],
  ["one\r\ntwo\n\tthree é 💥", "one\r\ntwo\n\tthree é 💥"],
  ["\u001B[2Jgone", "\uFFFD[2Jgone"],
  ["\u001B]0;title\u0007 \u009B2J \rover\u0000", "\uFFFD]0;title\uFFFD \uFFFD2J \uFFFDover\uFFFD"],
])("%j is put on a terminal as %j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("a bar is full only at the end, and never longer than that", () => {
  const full = bar(1, 1);
  expect(bar(999, 1000)).not.toBe(full);
  expect(bar(0, 0)).toBe(full);
  expect(bar(0, 5)).toMatch(/^░+$/);
  for (const done of [0, 1, 2, 3]) expect(bar(done, 3)).toHaveLength(full.length);
});
