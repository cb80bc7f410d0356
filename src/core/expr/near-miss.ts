import { type Json, isJsonObject } from "../json.ts";
import { nearest } from "../names.ts";
import { parsePath } from "./jsonpath.ts";

const ROOT_WORDS = ["input", "local", "context"];
/** What a task gave has another name in newer languages of this kind. */
const FOREIGN_ROOTS: ReadonlyMap<string, string> = new Map([["output", "local"]]);
/** A text such as `input.csv` is most likely the name of a file. */
const FILE =
  /^\.(?:txt|csv|tsv|json|jsonl|ya?ml|xml|html?|md|log|zip|gz|tgz|tar|parquet|avro|orc|pdf|png|jpe?g|gif|svg|mp[34]|wav|bin|dat|db|sql|sh|py|js|ts|conf|cfg|ini|toml|env|xlsx?|docx?)$/i;
/** `${input.a}` and `{{ input.a }}`, as other languages have it; and the dollar signs of wide keyboards. */
const WRAPPED = /^(?:\$\{(.*)\}|\{\{(.*)\}\})$/s;
const ROOTED = /^([$＄￥¥]?)\.?([A-Za-z]+)(?=[.[]|$)(.*)$/s;
const BARE = /^[＄￥¥]([.[].*)?$/s;

/**
 * The path that a constant text was most likely meant to be; undefined when it looks like no path. For texts that
 * parseSource takes for constants.
 */
export function likelyPath(text: string): string | undefined {
  const trimmed = text.trim();
  if (text !== trimmed && trimmed !== "$" && isPath(trimmed)) return trimmed;
  const wrapped = WRAPPED.exec(trimmed);
  const inner = (wrapped ? (wrapped[1] ?? wrapped[2] ?? "") : trimmed).trim();
  if (wrapped && isPath(inner)) return inner;
  return rooted(inner, wrapped !== null) ?? wide(inner);
}

function rooted(text: string, isWrapped: boolean): string | undefined {
  const [, dollar = "", word = "", rest = ""] = ROOTED.exec(text) ?? [];
  if (word === "") return undefined;
  const root = dollar === "" ? exactRoot(word, rest, isWrapped) : nearRoot(word);
  const path = `$${root}${rest}`;
  return root !== undefined && isPath(path) && path !== text ? path : undefined;
}

/** Without a dollar sign only the very word, and only where it cannot be a file's name. */
function exactRoot(word: string, rest: string, isWrapped: boolean): string | undefined {
  const isMeant = isWrapped || (rest !== "" && !FILE.test(rest));
  return isMeant && ROOT_WORDS.includes(word) ? word : undefined;
}

function nearRoot(word: string): string | undefined {
  return FOREIGN_ROOTS.get(word.toLowerCase()) ?? nearest(word, ROOT_WORDS);
}

function wide(text: string): string | undefined {
  const rest = BARE.exec(text)?.[1];
  return rest !== undefined && isPath(`$${rest}`) ? `$${rest}` : undefined;
}

function isPath(text: string): boolean {
  return text.startsWith("$") && parsePath(text).ok;
}

/** A text inside a constant that is a path, and where it stands; there it is never evaluated. */
export interface PathInside {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** The paths that lie in a constant array or object, at most `limit` of them. */
export function pathsInside(value: Json, limit: number): PathInside[] {
  const found: PathInside[] = [];
  collect(value, [], found, limit);
  return found;
}

function collect(value: Json, path: PathInside["path"], found: PathInside[], limit: number): void {
  if (found.length >= limit) return;
  if (typeof value === "string") {
    const text = value.trim();
    // A dollar sign alone is a currency more often than an input.
    if (path.length > 0 && text !== "$" && isPath(text)) found.push({ path, text });
  } else if (Array.isArray(value)) {
    for (const [index, part] of (value as readonly Json[]).entries())
      collect(part, [...path, index], found, limit);
  } else if (isJsonObject(value)) {
    for (const [key, part] of Object.entries(value)) collect(part, [...path, key], found, limit);
  }
}
