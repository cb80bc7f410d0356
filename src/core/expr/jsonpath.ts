import { type Json, isJsonObject, own } from "../json.ts";
import { type Result, reject } from "../result.ts";

/** What a path reads from: `$input`, `$local`, `$context`, or the plain `$` of its place. */
export type PathRoot = "input" | "local" | "context" | "self";

export type PathSegment =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" };

export interface JsonPath {
  readonly root: PathRoot;
  readonly segments: readonly PathSegment[];
  /** A path with a wildcard gives an array, always. */
  readonly plural: boolean;
}

const ROOTS: readonly (readonly [string, PathRoot])[] = [
  ["$input", "input"],
  ["$local", "local"],
  ["$context", "context"],
  ["$", "self"],
];

// .key  .*  [0]  [-1]  [*]  ['text']  ["text"]
const SEGMENT = /\.(?:([\p{L}_][\p{L}\p{N}_-]*)|(\*))|\[(?:(-?\d{1,9})|(\*)|'([^']*)'|"([^"]*)")\]/uy;

/**
 * Reads the subset of JSONPath that FDL uses (spec: FDL section 3.2): keys, indexes (negative ones count from the end)
 * and wildcards. Rejects with `InvalidPath` and the column (from 1) where the text stops being a path.
 */
export function parsePath(text: string): Result<{ path: JsonPath }> {
  const found = ROOTS.find(([prefix]) => text.startsWith(prefix));
  if (!found) return reject("InvalidPath", `a path begins with "$", not "${text.slice(0, 20)}"`);
  const [prefix, root] = found;
  const segments: PathSegment[] = [];
  let position = prefix.length;
  while (position < text.length) {
    SEGMENT.lastIndex = position;
    const match = SEGMENT.exec(text);
    if (!match) return reject("InvalidPath", `"${text}" is not a path: see column ${position + 1}`);
    segments.push(toSegment(match));
    position = SEGMENT.lastIndex;
  }
  return { ok: true, path: { root, segments, plural: segments.some((segment) => segment.kind === "all") } };
}

/** A path as text: one that would be read as the same. */
export function writePath({ root, segments }: JsonPath): string {
  const start = ROOTS.find(([, one]) => one === root)?.[0] ?? "$";
  return start + segments.map(writeSegment).join("");
}

function writeSegment(segment: PathSegment): string {
  if (segment.kind === "all") return "[*]";
  if (segment.kind === "index") return `[${segment.index}]`;
  const { key } = segment;
  if (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key)) return `.${key}`;
  return key.includes("'") ? `["${key}"]` : `['${key}']`;
}

function toSegment([, key, dotAll, index, all, single, double]: RegExpExecArray): PathSegment {
  if (dotAll !== undefined || all !== undefined) return { kind: "all" };
  if (index !== undefined) return { kind: "index", index: Number(index) };
  return { kind: "key", key: key ?? single ?? double ?? "" };
}

/** The value a path finds: `null` where a definite path finds nothing, an array where it has wildcards. Never fails. */
export function evaluatePath(path: JsonPath, root: Json): Json {
  let found: readonly Json[] = [root];
  const last = path.segments.length - 1;
  for (const [position, segment] of path.segments.entries()) {
    const [only] = found;
    // A trailing wildcard over one array is that array itself, so large results stay shared.
    if (segment.kind === "all" && position === last && found.length === 1 && Array.isArray(only)) return only;
    found = found.flatMap((value) => step(segment, value));
  }
  return path.plural ? found : (found[0] ?? null);
}

function step(segment: PathSegment, value: Json): readonly Json[] {
  if (segment.kind === "key") {
    const child = isJsonObject(value) ? own(value, segment.key) : undefined;
    return child === undefined ? [] : [child];
  }
  if (segment.kind === "index") {
    const child = Array.isArray(value) ? (value as readonly Json[]).at(segment.index) : undefined;
    return child === undefined ? [] : [child];
  }
  if (Array.isArray(value)) return value as readonly Json[];
  return isJsonObject(value) ? Object.values(value) : [];
}
