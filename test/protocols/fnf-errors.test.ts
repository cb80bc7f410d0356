import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorOf } from "../../src/protocols/fnf/errors.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Refusals of what FnF has no action for, and of what is read inside a definition or a document. */
const NEVER_FOR_FNF = new Set([
  "AccessUnreachable",
  "BackfillNotExists",
  "BackfillRunning",
  "DoctorRunning",
  "ExecutionEnding",
  "ExecutionRunning",
  "IdempotencyConflict",
  "IncompatibleVersion",
  "InstantNotExists",
  "InvalidCondition",
  "InvalidDuration",
  "InvalidEndpoint",
  "InvalidFrame",
  "InvalidNumber",
  "InvalidPath",
  "InvalidRange",
  "InvalidReceipt",
  "InvalidTimestamp",
  "KeyNotExists",
  "LastAdminKey",
  "LeaseExpired",
  "MessageNotExist",
  "MessageTooLarge",
  "NoRole",
  "NotJson",
  "NotRedrivable",
  "OverlapRunning",
  "PathOutOfPlace",
  "QueueAlreadyExist",
  "NeedNotExist",
  "QueueFull",
  "QueueNotExist",
  "ScheduleParked",
  "StepNotExists",
  "StepNotOpen",
  "SubscriptionAlreadyExist",
  "SubscriptionNotExist",
  "TaskOver",
  "TooDeep",
  "TooManyKeys",
  "TooManySkips",
  "TooManySubscriptions",
  "TooManyValues",
  "TooManyWaiting",
  "TopicAlreadyExist",
  "TopicNotExist",
  "UnsupportedResource",
  "VersionMoved",
  "WorkerNotExist",
]);

function refusals(): string[] {
  const files = ["src/core", "src/service"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
  );
  return files.flatMap((text) =>
    Array.from(text.matchAll(/\b(?:reject|refuse)\(\s*(?:\w+ \? )?"([A-Z]\w+)"/g), ([, code = ""]) => code),
  );
}

test("every refusal of the house has a word in FnF, unless no action can meet it", () => {
  const codes = new Set(refusals());
  expect(codes.size).toBeGreaterThan(30);
  const wordless = [...codes].filter((code) => {
    try {
      return errorOf({ ok: false, code, detail: "" }).status >= 600;
    } catch {
      return true;
    }
  });
  expect(wordless.filter((code) => !NEVER_FOR_FNF.has(code))).toEqual([]);
});
