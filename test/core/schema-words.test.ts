import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parse, parseJsonValue } from "../../src/core/schema-words.ts";

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

  test.each([
    [z.strictObject({}), null, "must be an object, not null"],
    [z.string(), ["a"], "must be text, not an array"],
    [z.array(z.string()), {}, "must be an array, not an object"],
    [z.array(z.string()).min(1), [], "must have at least 1 entry"],
    [z.string(), undefined, "is required here"],
    [z.enum(["a"]), undefined, "is required here"],
    [z.enum(["missed", "late"]), "misssed", 'must be one of "missed", "late": did you mean "missed"?'],
    [z.string("must be a name"), 5, "must be a name"],
  ])("of %#, a request, is told in the words of JSON", (schema, value, message) => {
    expect(parseJsonValue(schema, value).error?.issues[0]?.message).toBe(message);
  });
});
