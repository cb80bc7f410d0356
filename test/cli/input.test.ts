import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { connect } from "../../src/cli/millrace/connection.ts";
import { readJsonOption, readText, readTime } from "../../src/cli/millrace/input.ts";
import { optionsFrom, readChanges, readOptions } from "../../src/cli/millrace/options.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { executionsQuery, startBody } from "../../src/http/contract/executions.ts";
import { patchQueueBody, putQueueBody } from "../../src/http/contract/queues.ts";
import { patchScheduleBody, putScheduleBody } from "../../src/http/contract/schedules.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "millrace-cli-"));

function file(name: string, text: string | Uint8Array): string {
  const path = join(FOLDER, name);
  writeFileSync(path, text);
  return path;
}

describe("a file's text", () => {
  test("is UTF-8, whatever mark stands before it", () => {
    expect(readText(file("marked.yaml", "\uFEFFä: 1"))).toBe("ä: 1");
  });

  test("in another encoding is refused, and not sent as other characters", () => {
    const utf16 = file("utf16.yaml", Buffer.from("\uFEFFversion: v1", "utf16le"));
    expect(() => readText(utf16)).toThrow(`${utf16} is not UTF-8 text: store it as UTF-8`);
    expect(() => readText(file("latin.json", Buffer.from('["\u00e4"]', "latin1")))).toThrow(UsageError);
  });
});

describe("JSON on the command line", () => {
  test("is taken as it stands, or from a file", () => {
    expect(readJsonOption(' {"a": 1}', "--input")).toEqual({ a: 1 });
    expect(readJsonOption(file("a.json", "[1]"), "--input")).toEqual([1]);
  });

  test("that is none is told with the option and the place", () => {
    expect(() => readJsonOption("{nope", "--input")).toThrow(/^--input takes JSON/);
    const broken = file("broken.json", "nope");
    expect(() => readJsonOption(broken, "--input")).toThrow(broken);
    expect(() => readText(join(FOLDER, "none"))).toThrow(UsageError);
    expect(() => readJsonOption("5", "--output")).toThrow(/^--output takes JSON, .*5 cannot be read/);
  });
});

describe("a time on the command line", () => {
  const now = Date.parse("2027-03-01T12:00:00.000Z");

  test.each([
    ["2h", "2027-03-01T10:00:00.000Z"],
    ["+2h", "2027-03-01T14:00:00.000Z"],
    ["90s", "2027-03-01T11:58:30.000Z"],
    ["7d", "2027-02-22T12:00:00.000Z"],
    ["2027-01-31T14:00:00+02:00", "2027-01-31T12:00:00.000Z"],
    ["2027-01-31", new Date(2027, 0, 31).toISOString()],
    ["2027-01-31 14:00", new Date(2027, 0, 31, 14).toISOString()],
  ])("%s is %s", (text, instant) => expect(readTime(text, now)).toBe(instant));

  test("that is none is told with what one is", () => {
    expect(() => readTime("yesterday", now)).toThrow(/"yesterday" is not a time: use/);
  });
});

describe("options that are read off the API's shapes", () => {
  const flags = (shape: Parameters<typeof optionsFrom>[0]) =>
    optionsFrom(shape).map((option) => option.flags);

  test("are named and typed as the shape says", () => {
    expect(flags(putQueueBody)).toEqual(
      expect.arrayContaining(["--lease-seconds <n>", "--logging-enabled", "--no-logging-enabled"]),
    );
    expect(flags(startBody)).toEqual(
      expect.arrayContaining(["--name <text>", "--input <json>", "--version <n>"]),
    );
    expect(flags(executionsQuery)).toEqual(expect.arrayContaining(["--status <text>", "--from <time>"]));
    const status = optionsFrom(executionsQuery).find(({ long }) => long === "--status");
    expect(status?.argChoices).toContain("TimedOut");
  });

  test("are needed where the API needs them", () => {
    const needed = optionsFrom(putScheduleBody).filter(({ mandatory }) => mandatory);
    expect(needed.map(({ long }) => long)).toEqual(["--cron"]);
  });

  test("tell what a list may hold, and that it may be empty", () => {
    const notify = optionsFrom(putScheduleBody).find(({ long }) => long === "--notify-on");
    expect(notify?.argChoices).toEqual(["missed", "failed", "late"]);
    expect(notify?.description).toContain('"" for none');
  });

  test("name what lies in objects by the way to it, and can be repeated where the shape takes many", () => {
    expect(flags(putScheduleBody)).toEqual(
      expect.arrayContaining(["--catch-up-mode <text>", "--cron <text>"]),
    );
    const command = new Command().exitOverride().argument("<flow>");
    for (const option of optionsFrom(putScheduleBody)) command.addOption(option);
    const read = (...args: string[]) =>
      readOptions(putScheduleBody, command.parse(args, { from: "user" }).opts());
    expect(read("--cron", "@daily", "checks")).toEqual({ cron: "@daily" });
    const all = [
      "--cron",
      "@daily",
      "--cron",
      "@hourly",
      "checks",
      "--catch-up-mode",
      "all",
      "--catch-up-max",
      "3",
      "--no-enabled",
    ];
    expect(read(...all)).toEqual({
      cron: ["@daily", "@hourly"],
      catchUp: { mode: "all", max: 3 },
      enabled: false,
    });
    expect(() => read("--cron", "@daily", "checks", "--exclude-dates", "soon")).toThrow(
      /^--exclude-dates: must be a date/,
    );
  });

  test("are read with the shape; what does not fit is told by the option's name", () => {
    expect(readOptions(putQueueBody, { leaseSeconds: 60, json: true })).toEqual({ leaseSeconds: 60 });
    expect(() => readOptions(putQueueBody, { leaseSeconds: 0 })).toThrow(/^--lease-seconds: /);
    expect(() => readOptions(putScheduleBody, {})).toThrow("--cron: is needed");
  });
});

describe("who is called", () => {
  const credentials = { url: "http://127.0.0.1:1", accessKeyId: "a", accessKeySecret: "b" };
  const path = file("credentials.json", JSON.stringify(credentials));
  const key = { MILLRACE_KEY: "id.secret" };

  test.each<[string, Parameters<typeof connect>[0], Record<string, string>, string]>([
    ["a file that is named", { credentials: path }, {}, "http://127.0.0.1:1"],
    [
      "a file, at another address",
      { credentials: path, url: "https://m.example/x" },
      {},
      "https://m.example",
    ],
    ["the environment's file", {}, { MILLRACE_CREDENTIALS: path }, "http://127.0.0.1:1"],
    ["the environment's key", {}, { ...key, MILLRACE_URL: "https://m.example/" }, "https://m.example"],
    [
      "the environment's key before its file",
      {},
      { ...key, MILLRACE_CREDENTIALS: path, MILLRACE_URL: "https://m.example" },
      "https://m.example",
    ],
    ["a named file before the environment's key", { credentials: path }, key, "http://127.0.0.1:1"],
  ])("is told by %s", (_, options, env, url) => expect(connect(options, env).url).toBe(url));

  test.each<[Parameters<typeof connect>[0], Record<string, string>, RegExp]>([
    [{}, key, /MILLRACE_URL or --url/],
    [{ url: "m.example" }, key, /"m.example" is not an address/],
    [{ url: "https://m.example" }, { MILLRACE_KEY: "no-dot" }, /accessKeyId\.accessKeySecret/],
    [{ credentials: file("other.json", "{}") }, {}, /is not a file of credentials/],
  ])("must be known: %j %j", (options, env, words) => expect(() => connect(options, env)).toThrow(words));
});

describe("changes on the command line", () => {
  const before = {
    cron: "@daily",
    payload: { a: 1, b: 2 },
    catchUp: { mode: "all", max: 3 },
    expect: { endWithinSeconds: 5 },
  };
  const changes = (given: object) => readChanges(putScheduleBody, patchScheduleBody, { ...given }, before);

  test.each<[string, object, object]>([
    ["are what was given, and nothing else", { description: "d" }, { description: "d" }],
    ["are nothing when nothing was given", {}, {}],
    ["replace a value that is JSON", { payload: { b: 3 } }, { payload: { b: 3 } }],
    ["keep the other options of an object", { catchUpMax: 9 }, { catchUp: { mode: "all", max: 9 } }],
    [
      "make an object where there was none",
      { exclude: undefined, daylightSavingGap: "skip" },
      { daylightSaving: { gap: "skip" } },
    ],
    [
      "restore a default by its option's name",
      { unset: ["time-zone", "--payload"] },
      { timeZone: null, payload: null },
    ],
    ["restore one option of an object", { unset: ["catch-up-max"] }, { catchUp: { mode: "all" } }],
    ["restore all of an object", { unset: ["catch-up"] }, { catchUp: null }],
    ["take an empty text for an empty list", { notifyOn: [""] }, { notify: { on: [] } }],
    ["leave no empty object behind", { unset: ["expect-end-within-seconds"] }, { expect: null }],
    [
      "give and restore in one object",
      { catchUpWindowSeconds: 60, unset: ["catch-up-max"] },
      { catchUp: { mode: "all", windowSeconds: 60 } },
    ],
  ])("%s", (_, given, patch) => {
    expect(changes(given)).toEqual(patch);
  });

  test("that cannot be are refused by the option's name", () => {
    expect(() => changes({ unset: ["nonsense"] })).toThrow(/--unset .*"nonsense"/);
    expect(() => changes({ unset: ["catch-up-mode"] })).toThrow(/^--catch-up-mode: /);
    expect(() => changes({ unset: ["cron"] })).toThrow(/^--cron: /);
    expect(() => changes({ payload: {}, unset: ["payload"] })).toThrow("--payload is given and unset");
    expect(() => changes({ notifyOn: ["lat"] })).toThrow(
      '--notify-on: must be one of "missed", "failed", "late"',
    );
    expect(() => changes({ cron: [""] })).toThrow(/^--cron: /);
    expect(() => readChanges(putQueueBody, patchQueueBody, { leaseSeconds: 0 }, {})).toThrow(
      /^--lease-seconds: /,
    );
  });
});
