import * as z from "zod";
import { nearest } from "./names.ts";

/** How the kinds of values are called where a value was written. */
interface Kinds {
  readonly expected: Readonly<Record<string, string>>;
  readonly nothing: string;
  readonly list: string;
  readonly mapping: string;
}

const SCALARS = { string: "text", number: "a number", int: "a whole number", boolean: "true or false" };

const IN_YAML: Kinds = {
  expected: { ...SCALARS, object: "a mapping", record: "a mapping", array: "a list" },
  nothing: "empty",
  list: "a list",
  mapping: "a mapping",
};

const IN_JSON: Kinds = {
  expected: { ...SCALARS, object: "an object", record: "an object", array: "an array" },
  nothing: "null",
  list: "an array",
  mapping: "an object",
};

/**
 * Parses with our own words in place of the library's; what a schema says itself goes before both. The words are those of
 * flow definitions, which are YAML.
 */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  return schema.safeParse(value, { error: (issue) => describe(issue, IN_YAML) });
}

/** The same, in the words of JSON, for requests: what is missing is said to be. */
export function parseJsonValue<S extends z.ZodType>(
  schema: S,
  value: unknown,
): z.ZodSafeParseResult<z.output<S>> {
  return schema.safeParse(value, { error: describeInJson });
}

function describeInJson(issue: z.core.$ZodRawIssue): string {
  return issue.input === undefined ? "is required here" : describe(issue, IN_JSON);
}

function describe(issue: z.core.$ZodRawIssue, kinds: Kinds): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kinds.expected[issue.expected] ?? "of another kind"}, not ${kindOf(issue.input, kinds)}`;
    case "invalid_value":
      return mustBeOneOf(issue.values.map(String), issue.input);
    case "too_small":
      return outOfRange(issue.origin, "at least", Number(issue.minimum), issue.inclusive);
    case "too_big":
      return outOfRange(issue.origin, "at most", Number(issue.maximum), issue.inclusive);
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `has keys that nobody knows: ${issue.keys.join(", ")}`;
    case "invalid_format":
      return "must have another form";
    case "invalid_union":
      return "must have another form: it is none of those that are known here";
    case "invalid_key":
      return "has a key that cannot stand here";
    case "invalid_element":
      return "has an entry that cannot stand here";
    case "custom":
      return "cannot stand here";
  }
}

function kindOf(value: unknown, kinds: Kinds): string {
  if (value === null) return kinds.nothing;
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return kinds.list;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return `the number ${value}`;
  if (typeof value === "number") return Number.isInteger(value) ? `the number ${value}` : `${value}`;
  return typeof value === "string" ? "text" : kinds.mapping;
}

function mustBeOneOf(values: readonly string[], input: unknown): string {
  if (values.length === 1) return `must be "${values[0]}"`;
  const meant = typeof input === "string" ? nearest(input, values) : undefined;
  const list = `one of ${values.map((one) => `"${one}"`).join(", ")}`;
  return meant === undefined ? `must be ${list}` : `must be ${list}: did you mean "${meant}"?`;
}

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
  set: ["entry", "entries"],
  map: ["entry", "entries"],
  object: ["key", "keys"],
};

function outOfRange(origin: string, bound: "at least" | "at most", limit: number, inclusive = true): string {
  const unit = UNITS[origin];
  const strict = bound === "at least" ? "more than" : "less than";
  const range = `${inclusive ? bound : strict} ${limit}`;
  return unit ? `must have ${range} ${unit[limit === 1 ? 0 : 1]}` : `must be ${range}`;
}

/** The keys of the object schema that stands at a path inside another schema. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const part of path) {
    current = bare(current);
    if (current instanceof z.ZodObject) current = (current.shape as Record<string, unknown>)[String(part)];
    else if (current instanceof z.ZodArray) current = current.element;
  }
  const object = bare(current);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function bare(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? bare(schema.unwrap()) : schema;
}
