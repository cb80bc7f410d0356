import { type Result, reject } from "../../result.ts";

/** A piece of a condition; `column` counts from 1. */
export interface Token {
  readonly kind: "number" | "string" | "path" | "word" | "operator" | "end";
  /** Operators, words and paths as written; of a string what it says; of a number its digits. */
  readonly text: string;
  readonly column: number;
}

const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const PATH = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?(?:\.[\p{L}_][\p{L}\p{N}_-]*|\.\*|\[[^\]]*\])*/uy;
const DOUBLE_QUOTED = /"(?:[^"\\]|\\.)*"/uy;
const SINGLE_QUOTED = /'((?:[^'\\]|\\['\\])*)'/uy;
/** Raw: nothing in it has a second meaning. */
const BACKTICKED = /`([^`]*)`/uy;
const OPERATOR = /\|\||&&|[><=!]=|[><!()-]/uy;
const SPACE = /\s*/uy;

/** Cuts a condition into tokens, the last of which is of kind `end`; rejects with `InvalidCondition` and the column. */
export function readTokens(text: string): Result<{ tokens: readonly Token[] }> {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    position += match(SPACE, text, position)?.[0].length ?? 0;
    if (position >= text.length) {
      tokens.push({ kind: "end", text: "", column: position + 1 });
      return { ok: true, tokens };
    }
    const found = readToken(text, position);
    if (typeof found === "string") {
      return reject("InvalidCondition", `column ${position + 1}: ${found}`);
    }
    tokens.push({ kind: found.kind, text: found.text, column: position + 1 });
    position += found.length;
  }
}

type Found = Pick<Token, "kind" | "text"> & { readonly length: number };

/** The token at a position, or why there is none. */
function readToken(text: string, position: number): Found | string {
  const character = text[position] ?? "";
  if (character === '"') return doubleQuoted(text, position);
  if (character === "'" || character === "`") {
    const found = match(character === "'" ? SINGLE_QUOTED : BACKTICKED, text, position);
    if (!found) return `the text that begins here never ends: close it with ${character}`;
    const said = character === "'" ? (found[1] ?? "").replaceAll(/\\(['\\])/g, "$1") : (found[1] ?? "");
    return { kind: "string", text: said, length: found[0].length };
  }
  for (const [kind, pattern] of PLAIN) {
    const found = match(pattern, text, position)?.[0];
    if (found !== undefined) return { kind, text: found, length: found.length };
  }
  const remedy = REMEDIES[character];
  return `"${character}" means nothing here${remedy === undefined ? "" : `: ${remedy}`}`;
}

const PLAIN = [
  ["path", PATH],
  ["number", NUMBER],
  ["word", WORD],
  ["operator", OPERATOR],
] as const;

const REMEDIES: Readonly<Record<string, string>> = {
  "=": "equality is ==",
  "&": "and is &&",
  "|": "or is ||",
  ".": "a path begins with $",
  "+": "conditions have no arithmetic",
  "*": "conditions have no arithmetic",
  "/": "conditions have no arithmetic",
};

function doubleQuoted(text: string, position: number): Found | string {
  const found = match(DOUBLE_QUOTED, text, position)?.[0];
  if (found === undefined) return 'the text that begins here never ends: close it with "';
  try {
    return { kind: "string", text: String(JSON.parse(found)), length: found.length };
  } catch {
    return "the text that begins here has an escape that JSON does not know: write it between backticks";
  }
}

function match(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}
