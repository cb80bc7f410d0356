import * as z from "zod";
import { type Json, isJsonObject } from "../json.ts";
import { nearest } from "../names.ts";
import type { DiagnosticCode, DocumentPath } from "./diagnostic.ts";

export interface Finding {
  readonly code: DiagnosticCode;
  readonly path: DocumentPath;
  readonly message: string;
  readonly at: "key" | "value";
}

/** What a schema found wrong with a value, in words that say what to do. Paths are relative to the value. */
export function describeIssues(schema: z.ZodType, value: Json, error: z.ZodError): Finding[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.filter((part) => typeof part !== "symbol");
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(schema, path);
      return issue.keys.map((key) => unknownKey(path, key, known));
    }
    if (valueAt(value, path) === undefined) {
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

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce((found: unknown, part) => {
    if (Array.isArray(found)) return found.at(Number(part));
    return isJsonObject(found) ? found[part] : undefined;
  }, value);
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
