import { describe, expect, test } from "vitest";
import { bar, duration, record, table, tally, time } from "../../src/cli/millrace/format.ts";
import { printable } from "../../src/cli/millrace/text.ts";
import { untaken } from "../../src/cli/millrace/waiting.ts";
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

test.each([
  ["2026-11-26T18:30:00.000Z", "Asia/Shanghai", "2026-11-27 02:30:00 +08:00"],
  ["2026-11-26T18:30:00.000Z", "America/St_Johns", "2026-11-26 15:00:00 -03:30"],
  ["2026-11-26T18:30:00.000Z", "UTC", "2026-11-26 18:30:00 +00:00"],
  ["2026-10-25T00:30:00.000Z", "Europe/Berlin", "2026-10-25 02:30:00 +02:00"],
  ["2026-10-25T01:30:00.000Z", "Europe/Berlin", "2026-10-25 02:30:00 +01:00"],
])("%s in %s is %s", (instant, zone, text) => {
  expect(time(instant, zone)).toBe(text);
});

test("a time without a zone, or with one that is not known here, is that of the reader, with its offset", () => {
  expect(time("2026-11-26T18:30:00.000Z")).toMatch(/^2026-11-2\d \d\d:\d\d:00 [+-]\d\d:\d\d$/);
  expect(time("2026-11-26T18:30:00.000Z", "Mars/Olympus")).toBe(time("2026-11-26T18:30:00.000Z"));
  expect(time(undefined, "UTC")).toBe("");
});

test("iterations that failed are done, too", () => {
  expect(tally({ total: 8, succeeded: 6, failed: 2 })).toBe("8 of 8 done, 2 failed");
  expect(tally({ total: 8, succeeded: 3, failed: 0 })).toBe("3 of 8 done");
});

describe("tasks that nobody takes", () => {
  const now = Date.parse("2026-11-26T10:00:10.000Z");
  const lying = (queue: string, second: number) => ({
    path: "t",
    waitsFor: "worker" as const,
    queue,
    since: `2026-11-26T10:00:0${second}.000Z`,
  });

  test("are told of queue by queue, once a worker would have taken them", () => {
    const waitingFor = [
      lying("a", 2),
      lying("a", 1),
      lying("b", 9),
      { path: "w", waitsFor: "timer" as const },
    ];
    const since = time("2026-11-26T10:00:01.000Z");
    expect(untaken(waitingFor, now)).toEqual([
      `no worker has taken the 2 tasks in queue a since ${since}: is one running?`,
    ]);
    expect(untaken([], now)).toEqual([]);
  });

  test("and that none will get are told of with the reason; when no worker has asked, that is said", () => {
    const unaskedSince = "2026-11-26T09:50:00.000Z";
    const lost = { path: "f[2]/t", waitsFor: "nobody" as const, queue: "b", why: "deadLetter" as const };
    expect(untaken([{ ...lying("a", 1), unaskedSince }, lost], now)).toEqual([
      `no worker is there for the task in queue a: none has asked since ${time(unaskedSince)}`,
      "no worker will get f[2]/t: its message was delivered too often, and is a dead letter in queue b",
    ]);
  });
});
