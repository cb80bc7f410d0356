import * as z from "zod";
import { given } from "../given.ts";
import { type Json, isJsonObject, own } from "../json.ts";
import { DIAGNOSTICS_MAX } from "../limits.ts";
import { nearest } from "../names.ts";
import { withoutRules } from "../schema-rules.ts";
import { knownKeys, parse } from "../schema-words.ts";
import type { DiagnosticCode, DocumentPath } from "./diagnostic.ts";
import type { Purpose } from "./findings.ts";
import { valueAt } from "./step-definition.ts";

export interface Finding {
  readonly code: DiagnosticCode;
  readonly path: DocumentPath;
  readonly message: string;
  readonly at: "key" | "value";
  readonly suggestion?: string;
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

export function readWith<S extends z.ZodObject>(schema: S, value: Json, purpose: Purpose): Reading<S> {
  const parsed = parse(schema, value);
  if (parsed.success) return { data: parsed.data, parts: parsed.data, unreadable: NONE, findings: [] };
  if (purpose === "running") return readLeniently(schema, value);
  const findings = describeIssues(schema, value, parsed.error);
  // Without the keys that nobody knows the rest is often whole; else every key is read by itself.
  const known = withoutUnknown(value, parsed.error.issues);
  const whole = schema.safeParse(known);
  if (whole.success) return { parts: whole.data, unreadable: NONE, findings };
  return { ...readKeys(schema, known), findings };
}

/** What was stored had a form that the schema knew then: ranges and keys of today do not count. */
function readLeniently<S extends z.ZodObject>(schema: S, value: Json): Reading<S> {
  const { success, data } = withoutRules(schema).safeParse(value);
  if (!success) return { ...readKeys(schema, value), findings: [] };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- rules change no type
  const read = data as z.output<S>;
  return { data: read, parts: read, unreadable: NONE, findings: [] };
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
    const suggestion =
      issue.code === "invalid_value" ? meantBy(valueAt(value, path), issue.values) : undefined;
    return [{ code, path, message: issue.message, at: "value", ...given({ suggestion }) } as const];
  });
}

function meantBy(written: Json | undefined, known: readonly unknown[]): string | undefined {
  const texts = known.filter((one) => typeof one === "string");
  return typeof written === "string" ? nearest(written, texts) : undefined;
}

function unknownKey(path: DocumentPath, key: string, known: readonly string[]): Finding {
  const meant = nearest(key, known);
  const remedy = meant ? `did you mean "${meant}"?` : `known here: ${known.join(", ")}`;
  return {
    code: "UnknownKey",
    path: [...path, key],
    message: `"${key}" is not a known key: ${remedy}`,
    at: "key",
    ...given({ suggestion: meant }),
  };
}
