import { expect, test } from "vitest";
import { PAGE_SIZE } from "../../src/core/limits.ts";
import { fitPage } from "../../src/http/page.ts";

function entries(count: number, length: number) {
  return Array.from({ length: count }, (_, nth) => ({ name: `entry${nth}`, text: "x".repeat(length) }));
}

const asItIs = <T>(entry: T) => entry;
const nameOf = ({ name }: { name: string }) => name;

test("a page that is small enough stays as it is, with its cursor", () => {
  const items = entries(10, 100);
  expect(fitPage({ items, cursor: "next" }, nameOf, asItIs)).toEqual({ items, cursor: "next" });
  expect(fitPage({ items }, nameOf, asItIs)).toEqual({ items });
});

test("a larger one ends earlier, and goes on behind the last entry that is on it", () => {
  const items = entries(10, PAGE_SIZE / 4);
  const page = fitPage({ items, cursor: "next" }, nameOf, asItIs);
  expect(page).toEqual({ items: items.slice(0, 3), cursor: "entry2" });
  expect(JSON.stringify(page).length).toBeLessThanOrEqual(PAGE_SIZE);
});

test("an entry that is larger than a page comes alone", () => {
  const items = entries(2, PAGE_SIZE);
  expect(fitPage({ items }, nameOf, asItIs)).toEqual({ items: [items[0]], cursor: "entry0" });
});

test("what counts is how an entry is shown", () => {
  const items = entries(10, PAGE_SIZE / 4);
  expect(fitPage({ items }, nameOf, ({ name }) => ({ name })).items).toHaveLength(10);
});
