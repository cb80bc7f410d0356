import { type Json, type JsonObject, isJsonObject } from "../json.ts";
import type { Result } from "../result.ts";
import { type JsonPath, evaluatePath, parsePath } from "./jsonpath.ts";

/** A constant, or a path that is evaluated each time. */
export type Source = { readonly constant: Json } | { readonly path: JsonPath };

export interface Mapping {
  readonly target: string;
  readonly source: Source;
}

/** What the paths of one place read. `self` is what a bare `$` means there (spec: FDL section 3.1). */
export interface Scope {
  readonly input: Json;
  readonly local: Json;
  readonly self: Json;
  /** Built only when a path asks for it: it holds the task token. */
  context(): Json;
}

/**
 * Reads a mapping's source. Text that begins with `$input`, `$local` or `$context` must be a path; `$` alone or followed
 * by `.` or `[` is one too; everything else is a constant (spec: FDL sections 3.2 and 12.6).
 */
export function parseSource(source: Json): Result<{ source: Source }> {
  if (typeof source !== "string" || !/^\$(input|local|context|\.|\[|$)/.test(source)) {
    return { ok: true, source: { constant: source } };
  }
  const parsed = parsePath(source);
  return parsed.ok ? { ok: true, source: { path: parsed.path } } : parsed;
}

export function evaluateSource(source: Source, scope: Scope): Json {
  if ("constant" in source) return source.constant;
  const { path } = source;
  return evaluatePath(path, path.root === "context" ? scope.context() : scope[path.root]);
}

/** One object from a list of mappings; of two with the same target the later one wins. */
export function applyMappings(mappings: readonly Mapping[], scope: Scope): JsonObject {
  return Object.fromEntries(mappings.map(({ target, source }) => [target, evaluateSource(source, scope)]));
}

/** `b` over `a`, top-level keys only (spec: FDL section 3.1, rule 4). */
export function mergeObjects(a: Json, b: Json): JsonObject {
  return { ...(isJsonObject(a) ? a : {}), ...(isJsonObject(b) ? b : {}) };
}
