import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DATA_FORMAT, formatOf, openFormat } from "../../src/cli/local/data-format.ts";

function folder(format?: string): string {
  const data = mkdtempSync(join(tmpdir(), "millrace-format-"));
  if (format !== undefined) writeFileSync(join(data, "format"), format);
  return data;
}

test("a new folder gets this version's number, and one from before there were numbers is carried over", () => {
  const older = folder();
  mkdirSync(join(older, "state"));
  expect([formatOf(folder()), formatOf(older)]).toEqual([undefined, 0]);
  for (const data of [folder(), older]) {
    openFormat(data);
    expect(formatOf(data)).toBe(DATA_FORMAT);
  }
});

test("a folder of this version stays as it is", () => {
  const data = folder(`${DATA_FORMAT}\n`);
  openFormat(data);
  expect(readFileSync(join(data, "format"), "utf8")).toBe(`${DATA_FORMAT}\n`);
});

test.each([
  [String(DATA_FORMAT + 1), /written by a newer Millrace .*take that version, or a backup that is older/],
  ["one", /format holds no number/],
  ["", /format holds no number/],
  ["-1", /format holds no number/],
])("a folder with %j in its place is refused, and left alone", (text, message) => {
  const data = folder(text);
  expect(() => openFormat(data)).toThrow(message);
  expect(readFileSync(join(data, "format"), "utf8")).toBe(text);
});
