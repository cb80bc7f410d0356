import { toJson } from "./json.ts";

/** `{$.host}`, `{$.a[0].b}`: values of a message's body inside the arguments of a command. */

const PLACEHOLDER = /\{\$((?:\.[\p{L}_][\p{L}\p{N}_-]*|\[\d+\])*)\}/gu;
const PART = /\.([\p{L}_][\p{L}\p{N}_-]*)|\[(\d+)\]/gu;

export type Filled =
  | { readonly ok: true; readonly args: readonly string[] }
  | { readonly ok: false; readonly detail: string };

export function hasTemplates(args: readonly string[]): boolean {
  return args.some((arg) => arg.search(PLACEHOLDER) !== -1);
}

/** One argument stays one argument: nothing here ever reads what stands in a value. */
export function fill(args: readonly string[], body: unknown): Filled {
  const filled: string[] = [];
  let isBehindDashes = false;
  for (const arg of args) {
    const problems: string[] = [];
    const text = arg.replace(PLACEHOLDER, (whole, path: string) => {
      const value = asText(valueAt(body, path));
      if (value === undefined) problems.push(`the body has nothing at ${whole.slice(1, -1)}`);
      else if (value.includes("\0")) problems.push(`the value at ${whole.slice(1, -1)} has a NUL in it`);
      return value ?? "";
    });
    const [detail] = problems;
    if (detail !== undefined) return { ok: false, detail };
    if (text.startsWith("-") && text !== arg && arg.startsWith("{") && !isBehindDashes)
      return { ok: false, detail: `the value for ${arg} begins with "-": it could be taken for an option` };
    if (arg === "--") isBehindDashes = true;
    filled.push(text);
  }
  return { ok: true, args: filled };
}

function valueAt(body: unknown, path: string): unknown {
  let value = body;
  for (const [, name, index] of path.matchAll(PART)) {
    if (typeof value !== "object" || value === null) return undefined;
    const key = name ?? index ?? "";
    if (Array.isArray(value) !== (index !== undefined) || !Object.hasOwn(value, key)) return undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object of JSON
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Undefined for what is missing or null. */
function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : toJson(value);
}
