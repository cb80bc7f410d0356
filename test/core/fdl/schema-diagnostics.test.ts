import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parse, readWith } from "../../../src/core/fdl/schema-diagnostics.ts";

/** Each kind of issue that the library knows, provoked, and how it is told. */
const ISSUES: Readonly<Record<z.core.$ZodIssue["code"], readonly [z.ZodType, unknown, string][]>> = {
  invalid_type: [
    [z.string(), 5, "must be text, not the number 5"],
    [z.array(z.string()), "a", "must be a list, not text"],
    [z.strictObject({}), [], "must be a mapping, not a list"],
    [z.int(), 1.5, "must be a whole number, not 1.5"],
    [z.boolean(), null, "must be true or false, not empty"],
    [z.date(), {}, "must be of another kind, not a mapping"],
  ],
  invalid_value: [
    [z.enum(["sync", "async"]), "snyc", 'must be one of "sync", "async": did you mean "sync"?'],
    [z.literal("flow"), 5, 'must be "flow"'],
  ],
  too_small: [
    [z.number().min(1), 0, "must be at least 1"],
    [z.number().gt(1), 1, "must be more than 1"],
    [z.string().min(2), "a", "must have at least 2 characters"],
    [z.array(z.string()).min(1), [], "must have at least 1 entry"],
  ],
  too_big: [
    [z.number().max(1), 2, "must be at most 1"],
    [z.string().max(2), "abc", "must have at most 2 characters"],
  ],
  not_multiple_of: [[z.number().multipleOf(5), 4, "must be a multiple of 5"]],
  invalid_format: [[z.string().regex(/a/), "b", "must have another form"]],
  unrecognized_keys: [[z.strictObject({}), { a: 1, b: 2 }, "has keys that nobody knows: a, b"]],
  invalid_union: [
    [
      z.union([z.string(), z.number()]),
      true,
      "must have another form: it is none of those that are known here",
    ],
  ],
  invalid_key: [[z.record(z.string().min(2), z.any()), { c: 1 }, "has a key that cannot stand here"]],
  invalid_element: [[z.map(z.any(), z.string()), new Map([[{}, 1]]), "has an entry that cannot stand here"]],
  custom: [[z.custom(() => false), 1, "cannot stand here"]],
};

const EACH = Object.entries(ISSUES).flatMap(([code, cases]) => cases.map((one) => [code, ...one] as const));

describe("what a schema finds", () => {
  test.each(EACH)("%s is told in our words", (code, schema, value, message) => {
    const [issue] = parse(schema, value).error?.issues ?? [];
    expect(issue).toMatchObject({ code, message });
    expect(message).not.toBe(schema.safeParse(value).error?.issues[0]?.message);
  });

  test("leaves the keys that can be read", () => {
    const schema = z.strictObject({
      a: z.string(),
      b: z.number(),
      c: z.array(z.strictObject({ d: z.string() })),
    });
    const read = (value: { [key: string]: string | number | { [key: string]: string | number }[] }) => {
      const { parts, unreadable } = readWith(schema, value);
      return [parts, [...unreadable]];
    };
    const inside = [{ d: "d", x: 1 }];
    expect(read({ a: "a", b: 1, c: inside, e: 5 })).toEqual([{ a: "a", b: 1, c: [{ d: "d" }] }, []]);
    expect(inside).toEqual([{ d: "d", x: 1 }]);
    expect(read({ a: 1, b: 1, c: [{ d: 1 }] })).toEqual([{ b: 1 }, ["a", "c"]]);
  });
});
