import { expect, test } from "vitest";
import { nextOf } from "../../src/cli/millrace/commands/schedule-next.ts";

const at = "2026-11-23T00:00:00.000Z";
const timeZone = "Asia/Shanghai";

test.each([
  [{ nextAt: at }, "2026-11-23 08:00:00 +08:00"],
  [
    { nextAt: at, leftOut: { at: "2026-11-22T00:00:00.000Z", verdict: "skipped" as const } },
    "2026-11-23 08:00:00 +08:00 (2026-11-22 08:00:00 +08:00 is skipped)",
  ],
  [
    { leftOut: { at, verdict: "excluded" as const, reason: "2026-11-23 is an excluded date" } },
    "none found (2026-11-23 08:00:00 +08:00 is excluded)",
  ],
  [{}, ""],
])("a schedule's next time names what is left out before it: %j", (schedule, words) => {
  expect(nextOf({ ...schedule, timeZone })).toBe(words);
});
