import { expect, test } from "vitest";
import { logLine } from "../../../src/core/host/log-line.ts";

test("an entry of the log is one line of JSON, with its time and event first", () => {
  const cause = "two\nlines \u001b[31m \u009b31m \u2028 ü";
  const line = logLine({ event: "taskFailed", step: "all[2]/job", cause, version: undefined }, 0);
  expect(line).toMatch(/^\{"time":"1970-01-01T00:00:00\.000Z","event":"taskFailed","step":"all\[2\]\/job",/);
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  expect(JSON.parse(line)).toEqual({
    time: "1970-01-01T00:00:00.000Z",
    event: "taskFailed",
    step: "all[2]/job",
    cause,
  });
});
