import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

export const executionParts = {
  timeline: {
    title: "Timeline",
    by: "Lanes",
    step: "By step",
    worker: "By machine",
    done: "done",
    failed: "failed",
    letters: {
      w: "waited",
      s: "done",
      x: "stopped",
      y: "before a retry",
      r: "running",
      f: "failed",
    },
    lane: (name: string, done: number, failed: number) =>
      `${name}: ${number(done)} done, ${number(failed)} failed`,
    failing: (name: string, time: string) => `${name} failed every task since ${time}`,
    closer: "Zoom in",
    wider: "Zoom out",
    whole: "The whole time",
    hint: "Drag across to look closer.",
    more: (n: number) => `${number(n)} more ${plural(n, { one: "lane is", other: "lanes are" })} not shown`,
    noSteps: "No step has begun yet.",
    noWorkers: "No machine has told its name with a task of this execution.",
    table: "As a table",
    chart: "As a picture",
    failingSince: "Failing since",
  },
};
