import { expect, test } from "vitest";
import { changedKeys } from "../../src/console/model/changed-keys.ts";

test("of two values after each other new keys and new values are marked", () => {
  const before = { same: [1, { a: 2 }], other: 1, gone: true };
  expect(Object.fromEntries(changedKeys(before, { same: [1, { a: 2 }], other: 2, fresh: null }))).toEqual({
    other: "changed",
    fresh: "new",
  });
  expect(changedKeys(undefined, { a: 1 }).size).toBe(0);
  expect(changedKeys({}, [1]).size).toBe(0);
});
