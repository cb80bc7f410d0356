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
  compare: {
    title: "Two executions compared",
    open: "Compare with the last good one",
    noPartner: "There is no other execution of this flow that succeeded.",
    otherVersion: "another version",
    step: "Step",
    first: "First",
    second: "Second",
    difference: "Longer by",
    notReached: "not reached",
    failedInOne: (path: string) => `Items of ${path} that failed in one only`,
  },
  item: {
    title: (index: number) => `Item #${number(index)}`,
    item: "Item",
    began: "Started",
    took: "Took",
    worker: "Worker",
    previous: "Item before",
    next: "Item after",
    failed: (index: number) => `Failed #${number(index)}`,
    notStarted: "This item has not started yet.",
    neverStarted: "The execution ended before this item started.",
    open: "Open the item",
    search: "Item has",
    of: "Items of",
    none: "This execution has no items: no foreach has begun.",
  },
};
