import { describe, expect, test } from "vitest";
import { LogLines } from "../../src/cli/millrace/log-lines.ts";

/** What is told of each of some answers in turn. */
function told(...answers: string[]): string[][] {
  const lines = new LogLines();
  return answers.map((answer) => lines.newIn(answer));
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}\n`).join("");

describe("lines of logs, as they come", () => {
  test("each is told once, with the step and the attempt that it is of", () => {
    expect(told("== a#1\none\n", "== a#1\none\n", "== a#1\none\ntwo\n== b[0]/c#2\nthree\n")).toEqual([
      ["a#1: one"],
      [],
      ["a#1: two", "b[0]/c#2: three"],
    ]);
  });

  test("nothing is told while nothing was written", () => {
    expect(told("", "== a#1\n\n", "== a#1\n\n")).toEqual([[], [], []]);
  });

  test("what a beat's log has lost at its beginning is known", () => {
    const [, second] = told(`== a#1\n${numbered(1, 50)}`, `== a#1\n${numbered(30, 52)}`);
    expect(second).toEqual(["a#1: line 51", "a#1: line 52"]);
  });

  test("and what a report's log has left out in its middle", () => {
    const whole = `== a#1\n${numbered(1, 20)}\n[...]\n${numbered(80, 102)}`;
    const [, second] = told(`== a#1\n${numbered(70, 100)}`, whole);
    expect(second).toEqual(["a#1: line 101", "a#1: line 102"]);
  });

  test("where lines are missing a mark says so", () => {
    const [, second] = told(`== a#1\n${numbered(1, 50)}`, `== a#1\n${numbered(300, 301)}`);
    expect(second).toEqual(["a#1: [...]", "a#1: line 300", "a#1: line 301"]);
  });

  test("that more logs are there than one answer shows is told once", () => {
    const more = "== 3 more logs: ask for one step\n";
    expect(told(`== a#1\none\n${more}`, `== a#1\none\ntwo\n${more}`)).toEqual([
      ["a#1: one", more.trimEnd()],
      ["a#1: two"],
    ]);
  });
});
