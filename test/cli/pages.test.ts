import { expect, test } from "vitest";
import { moreNotes } from "../../src/cli/millrace/pages.ts";

test("below a page stands what it goes without, and how to see more", () => {
  const leftOut = [{ name: "jobs", reason: "what is stored of the queue cannot be read" }];
  expect(moreNotes({ items: [], leftOut, cursor: "k" })).toEqual([
    '"jobs" is left out: what is stored of the queue cannot be read',
    "There is more: --cursor k, or --all",
  ]);
  expect(moreNotes({ items: [] })).toEqual([]);
});
