import { expect, test } from "vitest";
import { SharedCache } from "../../../src/core/durable/shared-cache.ts";

test("parts have keys of their own, and share one room in bytes", () => {
  const cache = new SharedCache(100);
  const [one, other] = [cache.part<number, string>(), cache.part<number, string>()];
  one.set(1, "a", 40);
  other.set(1, "b", 40);
  expect([one.get(1), other.get(1), cache.bytes]).toEqual(["a", "b", 80]);
  one.set(2, "c", 40);
  expect([one.get(1), other.get(1), one.get(2), cache.bytes]).toEqual([undefined, "b", "c", 80]);
});

test("what was used lately stays, what was not goes", () => {
  const cache = new SharedCache(100);
  const part = cache.part<string, number>();
  for (const key of ["a", "b", "c"]) part.set(key, 1, 30);
  part.get("a");
  part.set("d", 1, 30);
  expect(["a", "b", "c", "d"].filter((key) => part.get(key) !== undefined)).toEqual(["a", "c", "d"]);
});

test("what came last stays even if it is larger than all the room, alone", () => {
  const cache = new SharedCache(100);
  const part = cache.part<string, number>();
  part.set("small", 1, 10);
  part.set("huge", 2, 1000);
  expect([part.get("small"), part.get("huge"), cache.bytes]).toEqual([undefined, 2, 1000]);
  part.set("next", 3, 10);
  expect([part.get("huge"), part.get("next"), cache.bytes]).toEqual([undefined, 3, 10]);
});

test("a key that is set again or deleted is counted once or not at all", () => {
  const cache = new SharedCache(100);
  const part = cache.part<string, number>();
  part.set("a", 1, 10);
  part.set("a", 2, 20);
  expect([part.get("a"), cache.bytes]).toEqual([2, 20]);
  part.set("b", 1, 5);
  part.delete("a");
  expect(cache.bytes).toBe(5);
  part.clear();
  expect([part.get("b"), cache.bytes]).toEqual([undefined, 0]);
});
