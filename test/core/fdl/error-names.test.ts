import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_NAMES, likelyErrorName } from "../../../src/core/fdl/error-names.ts";

const MEANT: readonly [name: string, known: string][] = [
  ["FnF.TaskTimeot", "FnF.TaskTimeout"],
  ["FnF.TaskTimedOut", "FnF.TaskTimeout"],
  ["FnF.All", "FnF.ALL"],
  ["fnf.ALL", "FnF.ALL"],
  ["FNF.TaskTimeout", "FnF.TaskTimeout"],
  ["States.ALL", "FnF.ALL"],
  ["TaskTimeout", "FnF.TaskTimeout"],
  ["FC.ResourceThrotled", "FC.ResourceThrottled"],
  ["MNS.QueueNotExists", "MNS.QueueNotExist"],
  ["HTTP.NoAnwser", "HTTP.NoAnswer"],
];

const OWN = [
  "Boom",
  "BookFlightError",
  "FC.ServerError",
  "HTTP.404",
  "ocr.InternalError",
  "RuntimeError",
  "Timeout",
  "fnf.ExecutionAlreadyExists",
];

describe("an error name", () => {
  test.each(MEANT)("%s was meant to be %s", (name, known) => expect(likelyErrorName(name)).toBe(known));
  test.each(OWN)("%s is somebody's own", (name) => expect(likelyErrorName(name)).toBeUndefined());

  test("is known here if the service gives it", () => {
    const root = join(import.meta.dirname, "../../../src");
    const text = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(root, file), "utf8"))
      .join("\n");
    const given = [...text.matchAll(/"(FnF|MNS|HTTP|Worker)\.([A-Za-z]+)"/g)];
    expect(given.length).toBeGreaterThan(20);
    const known: Readonly<Record<string, readonly string[]>> = ERROR_NAMES;
    const unknown = given.filter(([, of = "", name = ""]) => !(known[of] ?? []).includes(name));
    expect(unknown).toEqual([]);
  });
});
