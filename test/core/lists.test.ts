import { expect, test } from "vitest";
import { pageOf } from "../../src/core/lists.ts";

const sizeOf = (item: number) => item;

test("a page has as many items as were asked for, and says whether there are more", () => {
  expect(pageOf([1, 2, 3], 2, sizeOf)).toEqual({ items: [1, 2], more: true });
  expect(pageOf([1, 2], 2, sizeOf)).toEqual({ items: [1, 2], more: false });
  expect(pageOf([], 2, sizeOf)).toEqual({ items: [], more: false });
});

test("it has fewer where they are large, and one however large that is", () => {
  expect(pageOf([40, 40, 40], 10, sizeOf, 100)).toEqual({ items: [40, 40], more: true });
  expect(pageOf([60, 40], 10, sizeOf, 100)).toEqual({ items: [60, 40], more: false });
  expect(pageOf([500, 1], 10, sizeOf, 100)).toEqual({ items: [500], more: true });
});
