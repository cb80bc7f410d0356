import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXIT_CODES } from "../../src/cli/millrace/failure.ts";
import type { Place } from "../../src/core/expr/place.ts";
import { DIAGNOSTICS } from "../../src/core/fdl/diagnostic.ts";
import { ERROR_NAMES } from "../../src/core/fdl/error-names.ts";
import { STEP_TYPES } from "../../src/core/fdl/language.ts";
import { PLACES } from "../../src/core/fdl/places.ts";
import * as deadLetterLimits from "../../src/core/dead-letter-limits.ts";
import { FINDING_CODES } from "../../src/core/inspection-kinds.ts";
import * as inspectionLimits from "../../src/core/inspection-limits.ts";
import * as callbackLimits from "../../src/core/callback-limits.ts";
import * as limits from "../../src/core/limits.ts";
import * as nightLimits from "../../src/core/night-limits.ts";
import * as pauseLimits from "../../src/core/pause-limits.ts";
import * as itemLimits from "../../src/core/item-limits.ts";
import * as redriveLimits from "../../src/core/redrive-limits.ts";
import * as reportLimits from "../../src/core/report-limits.ts";
import * as socketLimits from "../../src/core/socket-limits.ts";
import * as viewLimits from "../../src/core/view-limits.ts";
import { ROUTES } from "../../src/http/app.ts";
import { PROBLEMS } from "../../src/http/problem.ts";

const ROOT = join(import.meta.dirname, "../..");

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The cells of the table under a heading, row by row, without its head. */
function tableUnder(heading: string, text: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}

function code(cell: string | undefined): string {
  return cell?.replaceAll("`", "") ?? "";
}

function sources(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => read(join(folder, name))),
  );
}

const README = read("README.md");
const API = read("src/http/README.md");
const LANGUAGE = read("src/core/fdl/README.md");
const COMMAND_LINE = read("src/cli/README.md");
const OBJECTS = read("durable-objects/README.md");
const SCRIPTS = Object.keys(
  (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts,
);
/** Every text that people read, wherever it lies. */
const GUIDES = [
  "README.md",
  ...["src", "test", "examples", "durable-objects"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
];
const UNITS: Readonly<Record<string, number>> = { MiB: 2 ** 20, KiB: 2 ** 10, days: 24 * 3600, s: 1 };

describe("the guides", () => {
  test("lists every diagnostic with its severity", () => {
    const listed = tableUnder("Diagnostics", LANGUAGE).map(([name, severity]) => [code(name), severity]);
    expect(listed).toEqual(Object.entries(DIAGNOSTICS));
  });

  test("says of every place which paths can be read there", () => {
    const listed = tableUnder("Where a path may stand", LANGUAGE);
    const places: readonly Place[] = Object.values(PLACES);
    expect(listed).toEqual(
      places.map(({ name, reads: { self, input, local, context }, takesMany }) => [
        name,
        ...[self, input, local, context].map((what) => what ?? "-"),
        takesMany ? "yes" : "no",
      ]),
    );
  });

  test("lists the errors that are known", () => {
    const listed = tableUnder("Errors that are known", LANGUAGE);
    expect(listed.map(([of, names = ""]) => [code(of), words(names)])).toEqual(Object.entries(ERROR_NAMES));
  });

  test("states limits as they are", () => {
    const known = new Map<string, unknown>(
      Object.entries({
        ...deadLetterLimits,
        ...limits,
        ...inspectionLimits,
        ...callbackLimits,
        ...itemLimits,
        ...nightLimits,
        ...pauseLimits,
        ...redriveLimits,
        ...reportLimits,
        ...socketLimits,
        ...viewLimits,
      }),
    );
    const rows = tableUnder("Limits", read("src/core/limits.md"));
    expect(rows.length).toBeGreaterThan(20);
    for (const [, text = "", name] of rows) {
      const [number = "", unit] = text.replaceAll(",", "").split(" ");
      expect([code(name), Number(number) * (unit === undefined ? 1 : (UNITS[unit] ?? Number.NaN))]).toEqual([
        code(name),
        known.get(code(name)),
      ]);
    }
  });

  test("tells of every finding what it looks at, what is healed, and what to do", () => {
    const rows = tableUnder("Findings", read("src/core/inspection.md"));
    expect(rows.map(([name]) => code(name))).toEqual([...FINDING_CODES]);
    for (const row of rows) expect(row.filter((cell) => cell !== "")).toHaveLength(4);
  });

  test("tells every status that the command line ends with", () => {
    const listed = tableUnder("The command line", COMMAND_LINE).map(([status]) => Number(status));
    expect(listed).toEqual(Object.values(EXIT_CODES));
  });

  test("tells which step types there are", () => {
    const parts = tableUnder("What of FDL v1 runs", LANGUAGE);
    const named = parts
      .filter(([, here]) => !here?.startsWith("not yet"))
      .flatMap(([part = ""]) => words(part));
    expect(named).toEqual(expect.arrayContaining(STEP_TYPES));
    const missing = parts
      .filter(([, here]) => here?.startsWith("not yet"))
      .flatMap(([part = ""]) => words(part));
    expect(missing.filter((word) => STEP_TYPES.includes(word))).toEqual([]);
  });

  test("explains every event of the log, and no other", () => {
    const listed = tableUnder("Watch it run", OBJECTS).flatMap(([events = ""]) => words(events));
    const text = sources("src", "durable-objects").join("\n");
    const logged = [...text.matchAll(/event: "(\w+)"/g)].map(([, event]) => event);
    expect(logged.length).toBeGreaterThan(5);
    for (const event of logged) expect(listed).toContain(event);
    for (const event of listed) expect(text).toContain(`"${event}"`);
  });

  test.each(GUIDES)("%s points at files, places and commands that exist", (guide) => {
    const text = read(guide);
    const paths = [...text.matchAll(/`((?:src|test|durable-objects|examples)\/[^`*]*)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(linksOf(text).filter((link) => !isThere(guide, link))).toEqual([]);
    for (const [, name = ""] of text.matchAll(/npm run\s+([\w:]+)/g)) expect(SCRIPTS).toContain(name);
  });

  test("are short where somebody begins", () => {
    expect(README.split("\n").length).toBeLessThanOrEqual(201);
    expect(GUIDES.length).toBeGreaterThan(10);
  });
});

describe("the description of the API", () => {
  test("lists every call, and no other", () => {
    const listed = tableUnder("Calls", API).map(([call, does]) => `${code(call)}: ${does}`);
    expect(listed).toEqual(ROUTES.map(({ method, path, summary }) => `${method} ${path}: ${summary}`));
  });

  test("lists every problem with its status", () => {
    const listed = tableUnder("Problems", API).map(([name, status]) => [code(name), Number(status)]);
    expect(listed).toEqual(Object.entries(PROBLEMS).map(([name, { status }]) => [name, status]));
  });
});

function words(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

/** Targets of Markdown links that stay in the repository. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target));
}

/** Whether a link's file is there, and in it the heading that it names. */
function isThere(guide: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? guide : join(dirname(guide), path);
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchorsOf(read(file)).includes(anchor);
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}
