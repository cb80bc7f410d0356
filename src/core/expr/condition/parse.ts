import { type Json, wholeNumber } from "../../json.ts";
import { CONDITION_DEPTH, CONDITION_LENGTH } from "../../limits.ts";
import { type Result, reject } from "../../result.ts";
import { type JsonPath, parsePath } from "../jsonpath.ts";
import { type Place, checkPath, rootsOf } from "../place.ts";
import { type Token, readTokens } from "./tokens.ts";

const COMPARISONS = [">", ">=", "<", "<=", "==", "!="] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A condition that was read; evaluate.ts says what it means. */
export type Condition =
  | { readonly kind: "or" | "and"; readonly of: readonly Condition[] }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly left: Condition;
      readonly right: Condition;
    }
  | { readonly kind: "not" | "minus"; readonly of: Condition }
  | { readonly kind: "constant"; readonly value: Json }
  | { readonly kind: "path"; readonly path: JsonPath };

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/**
 * Reads a choice's condition (spec: FDL section 2.4.1), with the paths that can be read at its place; rejects with
 * `InvalidCondition` and the column.
 */
export function parseCondition(text: string, place: Place): Result<{ condition: Condition }> {
  const read = readCondition(text, place);
  return read.ok && read.refusal !== undefined ? reject("InvalidCondition", read.refusal) : read;
}

/** The same of one that was stored: what is refused nowadays, though it can be read, is told beside it. */
export function readCondition(
  text: string,
  place: Place,
): Result<{ condition: Condition; refusal?: string }> {
  const read = readTokens(text);
  if (!read.ok) return read;
  const parser = new Parser(read.tokens, place);
  try {
    const condition = parser.whole();
    const isLong = text.length > CONDITION_LENGTH;
    const refusal = isLong ? `a condition has at most ${CONDITION_LENGTH} characters` : parser.refusal;
    return { ok: true, condition, ...(refusal !== undefined && { refusal }) };
  } catch (error) {
    if (error instanceof Unreadable) return reject("InvalidCondition", error.message);
    throw error;
  }
}

/** Ends the descent; never leaves this file. */
class Unreadable extends Error {
  constructor(token: Token, message: string) {
    super(`column ${token.column}: ${message}`);
  }
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly place: Place;
  private position = 0;
  private depth = 0;
  /** The first thing that can be read and is refused even so. */
  refusal: string | undefined;

  constructor(tokens: readonly Token[], place: Place) {
    this.tokens = tokens;
    this.place = place;
  }

  whole(): Condition {
    const condition = this.or();
    const next = this.peek();
    if (next.kind !== "end")
      throw new Unreadable(next, `"${next.text}" is not expected after a whole condition`);
    return condition;
  }

  private or(): Condition {
    return this.chain("or", "||", () => this.chain("and", "&&", () => this.comparison()));
  }

  private chain(kind: "or" | "and", operator: string, part: () => Condition): Condition {
    const first = part();
    const parts = [first];
    while (this.takes(operator)) parts.push(part());
    return parts.length === 1 ? first : { kind, of: parts };
  }

  private comparison(): Condition {
    const left = this.unary();
    const operator = this.comparisonAhead();
    if (operator === undefined) return left;
    this.position++;
    const right = this.unary();
    if (this.comparisonAhead() !== undefined) {
      throw new Unreadable(this.peek(), "one comparison at a time: join them with && or ||");
    }
    return { kind: "compare", operator, left, right };
  }

  private comparisonAhead(): Comparison | undefined {
    const { kind, text } = this.peek();
    return kind === "operator" ? COMPARISONS.find((operator) => operator === text) : undefined;
  }

  private unary(): Condition {
    if (this.takes("!")) return this.deeper(() => ({ kind: "not", of: this.unary() }));
    if (this.takes("-")) return this.deeper(() => ({ kind: "minus", of: this.unary() }));
    return this.primary();
  }

  private primary(): Condition {
    const token = this.peek();
    this.position++;
    if (token.kind === "number") return { kind: "constant", value: this.numberOf(token) };
    if (token.kind === "string") return { kind: "constant", value: token.text };
    if (token.kind === "path") return { kind: "path", path: this.pathOf(token) };
    if (token.kind === "word") return { kind: "constant", value: wordOf(token) };
    if (token.kind === "operator" && token.text === "(") return this.deeper(() => this.group(token));
    const found = token.kind === "end" ? "the condition ends" : `"${token.text}" stands`;
    throw new Unreadable(token, `${found} where a value is expected`);
  }

  private group(open: Token): Condition {
    const inside = this.or();
    if (!this.takes(")")) throw new Unreadable(this.peek(), `the "(" of column ${open.column} is not closed`);
    return inside;
  }

  private deeper(read: () => Condition): Condition {
    this.depth++;
    if (this.depth > CONDITION_DEPTH) {
      throw new Unreadable(this.peek(), `more than ${CONDITION_DEPTH} levels deep`);
    }
    const condition = read();
    this.depth--;
    return condition;
  }

  private pathOf(token: Token): JsonPath {
    const parsed = parsePath(token.text);
    if (!parsed.ok) {
      const roots = rootsOf(this.place).join(" or ");
      throw new Unreadable(token, `${parsed.detail}; here a path begins with ${roots}`);
    }
    const checked = checkPath(parsed.path, token.text, this.place);
    if (!checked.ok) this.refuse(token, checked.detail);
    return parsed.path;
  }

  private numberOf(token: Token): number | bigint {
    const value = /^\d+$/.test(token.text) ? wholeNumber(token.text) : Number(token.text);
    if (value === Number.POSITIVE_INFINITY) this.refuse(token, "the number is too large: write it as text");
    return value;
  }

  private refuse({ column }: Token, message: string): void {
    this.refusal ??= `column ${column}: ${message}`;
  }

  private takes(operator: string): boolean {
    const { kind, text } = this.peek();
    const isIt = kind === "operator" && text === operator;
    if (isIt) this.position++;
    return isIt;
  }

  private peek(): Token {
    const token = this.tokens[Math.min(this.position, this.tokens.length - 1)];
    if (!token) throw new Error("Broken invariant: tokens end with an end");
    return token;
  }
}

function wordOf(token: Token): Json {
  const value = WORDS.get(token.text);
  if (value !== undefined) return value;
  throw new Unreadable(token, `"${token.text}" is not known: put text into quotes, and "$." before a key`);
}
