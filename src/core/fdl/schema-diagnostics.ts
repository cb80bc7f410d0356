import * as z from "zod";
import { type Json, isJsonObject, own } from "../json.ts";
import { DIAGNOSTICS_MAX } from "../limits.ts";
import { nearest } from "../names.ts";
import type { DiagnosticCode, DocumentPath } from "./diagnostic.ts";
import { valueAt } from "./step-definition.ts";

export interface Finding {
  readonly code: DiagnosticCode;
  readonly path: DocumentPath;
  readonly message: string;
  readonly at: "key" | "value";
}

/** A value read with a schema: what could be read of it, and what is wrong with it, in words that say what to do. */
export interface Reading<S extends z.ZodObject> {
  /** Present when nothing is wrong. */
  readonly data?: z.output<S>;
  /** The keys that could be read: all but those that nobody knows, or each by itself. */
  readonly parts: z.output<S>;
  /** Those that are known and could not. */
  readonly unreadable: ReadonlySet<string>;
  /** Paths are relative to the value. */
  readonly findings: readonly Finding[];
}

export function readWith<S extends z.ZodObject>(schema: S, value: Json): Reading<S> {
  const parsed = parse(schema, value);
  if (parsed.success) return { data: parsed.data, parts: parsed.data, unreadable: NONE, findings: [] };
  const findings = describeIssues(schema, value, parsed.error);
  // Without the keys that nobody knows the rest is often whole; else every key is read by itself.
  const known = withoutUnknown(value, parsed.error.issues);
  const whole = schema.safeParse(known);
  if (whole.success) return { parts: whole.data, unreadable: NONE, findings };
  return { ...readKeys(schema, known), findings };
}

const NONE: ReadonlySet<string> = new Set();

function readKeys<S extends z.ZodObject>(schema: S, value: Json): Pick<Reading<S>, "parts" | "unreadable"> {
  const unreadable = new Set<string>();
  const parts: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(schema.shape)) {
    const read = z.safeParse(part, isJsonObject(value) ? own(value, key) : undefined);
    if (read.success) parts[key] = read.data;
    else unreadable.add(key);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without those that are said to be unreadable
  return { parts: parts as z.output<S>, unreadable };
}

/** The value without the keys that a schema did not know; each object on the way is copied once. */
function withoutUnknown(value: Json, issues: readonly z.core.$ZodIssue[]): Json {
  const copies = new Set<object>();
  const copy = (part: unknown): object => {
    if (typeof part !== "object" || part === null || copies.has(part)) return part ?? {};
    const copied = Array.isArray(part) ? [...(part as readonly Json[])] : { ...part };
    copies.add(copied);
    return copied;
  };
  const root = { value };
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    let holder: object = root;
    for (const key of ["value", ...issue.path]) {
      const part = copy(Reflect.get(holder, key));
      Reflect.set(holder, key, part);
      holder = part;
    }
    for (const key of issue.keys) Reflect.deleteProperty(holder, key);
  }
  return root.value;
}

/** What a schema found wrong with a value. */
function describeIssues(schema: z.ZodType, value: Json, error: z.ZodError): Finding[] {
  // Words are costly to find: nobody is told of more than so many.
  return error.issues.slice(0, DIAGNOSTICS_MAX).flatMap((issue) => {
    const path = issue.path.filter((part) => typeof part !== "symbol");
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(schema, path);
      return issue.keys.slice(0, DIAGNOSTICS_MAX).map((key) => unknownKey(path, key, known));
    }
    if (path.length > 0 && valueAt(value, path) === undefined) {
      const key = String(path.at(-1));
      return [{ code: "MissingKey", path, message: `"${key}" is required here`, at: "value" } as const];
    }
    const code: DiagnosticCode =
      path.length === 1 && path[0] === "version" ? "UnsupportedVersion" : "InvalidValue";
    return [{ code, path, message: issue.message, at: "value" } as const];
  });
}

function unknownKey(path: DocumentPath, key: string, known: readonly string[]): Finding {
  const meant = nearest(key, known);
  const remedy = meant ? `did you mean "${meant}"?` : `known here: ${known.join(", ")}`;
  return {
    code: "UnknownKey",
    path: [...path, key],
    message: `"${key}" is not a known key: ${remedy}`,
    at: "key",
  };
}

/** Parses with our own words in place of the library's; what a schema says itself goes before both. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  return schema.safeParse(value, { error: describe });
}

function describe(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${KINDS[issue.expected] ?? "of another kind"}, not ${kindOf(issue.input)}`;
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

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
};

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return Number.isInteger(value) ? `the number ${value}` : `${value}`;
  return typeof value === "string" ? "text" : "a mapping";
}

function mustBeOneOf(values: readonly string[], input: unknown): string {
  const meant = typeof input === "string" ? nearest(input, values) : undefined;
  const list =
    values.length === 1 ? `"${values[0]}"` : `one of ${values.map((one) => `"${one}"`).join(", ")}`;
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
function knownKeys(schema: z.ZodType, path: DocumentPath): string[] {
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
