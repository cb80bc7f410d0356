import { expect, test } from "vitest";
import { runtimeLine } from "../../../src/cli/serve/log-lines.ts";

const NOW = Date.parse("2026-11-01T00:00:00Z");

function read(line: string): unknown {
  return JSON.parse(runtimeLine(line, NOW, (text) => text.replace("index.js:1:2", "src/index.ts:3:4")));
}

function wrapped(level: string, message: string): string {
  return JSON.stringify({ timestamp: NOW + 1000, level, message });
}

test("what the Worker logs keeps its fields", () => {
  const entry = { time: "2026-10-31T23:59:59Z", event: "defect", message: "at index.js:1:2" };
  expect(read(wrapped("error", JSON.stringify(entry)))).toEqual({
    ...entry,
    message: "at src/index.ts:3:4",
    level: "error",
  });
});

test("what workerd says is a message", () => {
  expect(read(wrapped("warn", "a\nb at index.js:1:2"))).toEqual({
    time: "2026-11-01T00:00:01.000Z",
    event: "runtime",
    level: "warn",
    message: "a\nb at src/index.ts:3:4",
  });
});

test.each(["*** Fatal", "{broken", "[1]", '"text"', ""])("%j becomes a line of JSON, too", (line) => {
  expect(read(line)).toEqual({
    time: "2026-11-01T00:00:00.000Z",
    event: "runtime",
    level: "error",
    message: line,
  });
});
