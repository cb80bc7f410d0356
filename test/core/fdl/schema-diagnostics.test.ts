import { expect, test } from "vitest";
import * as z from "zod";
import { readWith } from "../../../src/core/fdl/schema-diagnostics.ts";

test("a schema leaves the keys that can be read", () => {
  const schema = z.strictObject({
    a: z.string(),
    b: z.number(),
    c: z.array(z.strictObject({ d: z.string() })),
  });
  const read = (value: { [key: string]: string | number | { [key: string]: string | number }[] }) => {
    const { parts, unreadable } = readWith(schema, value, "storing");
    return [parts, [...unreadable]];
  };
  const inside = [{ d: "d", x: 1 }];
  expect(read({ a: "a", b: 1, c: inside, e: 5 })).toEqual([{ a: "a", b: 1, c: [{ d: "d" }] }, []]);
  expect(inside).toEqual([{ d: "d", x: 1 }]);
  expect(read({ a: 1, b: 1, c: [{ d: 1 }] })).toEqual([{ b: 1 }, ["a", "c"]]);
});
