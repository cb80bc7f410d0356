import { describe, expect, test } from "vitest";
import { readSimOptions } from "../../src/cli/sim.ts";

describe("the options of npm run sim", () => {
  test.each([
    [[], { first: 1, last: 100, story: "" }],
    [["--seeds", "1..1000"], { first: 1, last: 1000, story: "" }],
    [["--seeds", "309", "--story", "schedules"], { first: 309, last: 309, story: "schedules" }],
  ])("%j", (args, options) => expect(readSimOptions(args)).toEqual(options));

  test.each([
    [
      ["--seeds", "1..", "--story", "x"],
      '--seeds takes a seed, or the first and the last of some, such as 1..1000, not "1.."',
    ],
    [["--seeds", "9..1"], 'not "9..1"'],
    [["--seeds", "-5"], "options: -- --seeds 1..1000"],
    [["--seed", "1"], "options: -- --seeds 1..1000"],
    [["--help"], "options: -- --seeds 1..1000"],
  ])("%j is answered with what they are", (args, message) => {
    expect(() => readSimOptions(args)).toThrow(message);
  });
});
