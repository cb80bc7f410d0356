import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/console/api/types.ts";
import { placeOfFinding } from "../../src/console/model/findings.ts";

const AT = "2026-11-26T02:30:00.000Z";
const NO_MORE = { since: AT, foundAt: AT, detail: "", healed: false };

function placeOf(code: Finding["code"], kind: Finding["kind"], object: string, name?: string) {
  return placeOfFinding({ ...NO_MORE, code, kind, object, ...(name !== undefined && { name }) });
}

describe("where somebody sees more of a finding", () => {
  test.each([
    ["lostEnd", "flow", "checks", "run-1", ["checks", "run-1"], "/executions/checks/run-1"],
    ["lostAlarm", "flow", "checks", undefined, ["checks"], "/flows/checks"],
    ["lostAlarm", "flow", "checks", "run-1", ["checks", "run-1"], "/executions/checks/run-1"],
    ["stuckEffect", "flow", "checks", "run-1 withdraw:3", ["checks", "run-1"], "/executions/checks/run-1"],
    ["stuckEffect", "flow", "checks", "register:1", ["checks"], "/flows/checks"],
    ["nearLimit", "flow", "checks", "running executions", ["checks"], "/flows/checks"],
    ["deadLetters", "queue", "mail", undefined, ["mail"], "/inboxes/mail"],
    ["deadLetters", "topic", "news", "mail", ["news", "mail"], "/subjects/news?dead=mail"],
    ["deadLetters", "shard", "shard-3", undefined, [], "/inboxes?tab=dead"],
    ["queueMissing", "flow", "checks", "run-1 jobs", ["checks", "run-1"], "/executions/checks/run-1"],
    ["unknownExecution", "flow", "checks", "run-1", ["checks"], "/flows/checks"],
    ["nearLimit", "topic", "news", "messages for a", ["news"], "/subjects/news"],
    ["noFuture", "shard", "shard-3", "checks/nightly", ["checks", "nightly"], "/schedules/checks/nightly"],
    [
      "ledgerMismatch",
      "shard",
      "shard-3",
      "checks/nightly run-1",
      ["checks", "run-1"],
      "/executions/checks/run-1",
    ],
  ] as const)("%s of a %s %s, %s", (code, kind, object, name, parts, href) => {
    expect(placeOf(code, kind, object, name)).toEqual({ parts, href });
  });

  test("of a shard itself there is no page", () => {
    expect(placeOf("lostAlarm", "shard", "shard-3")).toEqual({ parts: [] });
  });
});
