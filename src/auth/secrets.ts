import type { Secrets } from "../core/fdl/flow.ts";
import { type Json, type JsonObject, isJsonObject } from "../core/json.ts";
import { utf8 } from "./bytes.ts";

/** Variables of the Worker that begin so are secrets that flows may name. */
export const SECRET_VARIABLE = "MILLRACE_SECRET_";

/** Names of the secrets that are set in the Worker's environment. */
export function secretNames(env: object): ReadonlySet<string> {
  const variables = Object.keys(env).filter((key) => key.startsWith(SECRET_VARIABLE));
  const names = variables.map((key) => key.slice(SECRET_VARIABLE.length));
  return new Set(names.filter((name) => secretValue(env, name) !== undefined));
}

/** White space around a secret is none of it: files and pipes like to end with a line break. */
function secretValue(env: object, name: string): string | undefined {
  const value: unknown = Reflect.get(env, SECRET_VARIABLE + name);
  const trimmed = typeof value === "string" ? value.trim() : "";
  return trimmed === "" ? undefined : trimmed;
}

/** The secrets of one task, opened: they go nowhere but into its call. */
export class OpenSecrets {
  private readonly secrets: Secrets;
  private readonly values = new Map<string, string>();
  private readonly echoes: readonly Echo[];
  /** The name of one that is not set: the call cannot be made. */
  readonly missing: string | undefined;

  /** `env` holds the Worker's variables. */
  constructor(env: object, secrets: Secrets = {}) {
    this.secrets = secrets;
    for (const { secret } of Object.values(secrets).flatMap((byKey) => [...byKey.values()])) {
      const value = secretValue(env, secret);
      if (value === undefined) this.missing = secret;
      else this.values.set(secret, value);
    }
    // A secret may be a part of another one: the longer is looked for first.
    const longestFirst = [...this.values].toSorted(([, a], [, b]) => b.length - a.length);
    this.echoes = longestFirst.map(([name, value]) => new Echo(name, value));
  }

  /** The text in place of a secret; undefined where none stands. */
  textAt(param: string, key: string): string | undefined {
    const found = this.secrets[param]?.get(key);
    return found && `${found.prefix ?? ""}${this.values.get(found.secret) ?? ""}`;
  }

  /** A text with marks in place of the secrets that came back in it. */
  mask(text: string): string {
    return this.echoes.reduce((masked, echo) => echo.maskIn(masked), text);
  }

  /** The same for all texts, keys and numbers of a value. */
  maskIn(value: JsonObject): JsonObject;
  maskIn(value: Json): Json;
  maskIn(value: Json): Json {
    if (this.echoes.length === 0) return value;
    if (Array.isArray(value)) return (value as readonly Json[]).map((entry) => this.maskIn(entry));
    if (isJsonObject(value)) {
      const entries = Object.entries(value);
      return Object.fromEntries(entries.map(([key, entry]) => [this.mask(key), this.maskIn(entry)]));
    }
    if (typeof value !== "string" && typeof value !== "number") return value;
    const masked = this.mask(String(value));
    return masked === String(value) ? value : masked;
  }
}

/** Finds a secret as it comes back: in any case, each character as addresses, JSON or HTML may write it. */
class Echo {
  private readonly mark: string;
  private readonly pieces: readonly RegExp[];

  constructor(name: string, secret: string) {
    this.mark = `[secret ${name}]`;
    const forms = Array.from(secret, (character) => `(?:${formsOf(character).join("|")})`);
    const count = Math.ceil(forms.length / PIECE_LENGTH);
    this.pieces = Array.from({ length: count }, (_, nth) => {
      const piece = forms.slice(nth * PIECE_LENGTH, (nth + 1) * PIECE_LENGTH);
      return new RegExp(piece.join(""), nth === 0 ? "giu" : "iuy");
    });
  }

  maskIn(text: string): string {
    let masked = "";
    let done = 0;
    for (let found = this.find(text, 0); found; found = this.find(text, done)) {
      masked += text.slice(done, found.from) + this.mark;
      done = found.to;
    }
    return masked + text.slice(done);
  }

  /** The first place of the secret in a text. */
  private find(text: string, start: number): { from: number; to: number } | undefined {
    const [first, ...rest] = this.pieces;
    if (first) first.lastIndex = start;
    for (let match = first?.exec(text); match; match = first?.exec(text)) {
      const to = rest.reduce(
        (end, piece) => (end < 0 ? end : endOf(piece, text, end)),
        match.index + match[0].length,
      );
      if (to >= 0) return { from: match.index, to };
    }
    return undefined;
  }
}

/** One expression for a long secret would overflow the stack of whoever compiles it. */
const PIECE_LENGTH = 100;

function endOf(piece: RegExp, text: string, start: number): number {
  piece.lastIndex = start;
  return piece.test(text) ? piece.lastIndex : -1;
}

function formsOf(character: string): string[] {
  const forms = plainFormsOf(character);
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? forms : [misreadFormOf(character), ...forms, UNKNOWN_CHARACTER];
}

/** Headers go out in UTF-8, and most servers read each byte of one as a character, or as an unknown one. */
function misreadFormOf(character: string): string {
  const bytes = Array.from(utf8(character), (byte) => {
    const readings = [String.fromCodePoint(byte), WINDOWS_1252[byte - 0x80] ?? ""].filter(
      (text) => text !== "",
    );
    return [...readings.flatMap(plainFormsOf), UNKNOWN_CHARACTER];
  });
  return bytes.map((forms) => `(?:${forms.join("|")})`).join("");
}

const UNKNOWN_CHARACTER = "[?\\u{fffd}]";
/** From 0x80 on, where it is not Latin-1. */
const WINDOWS_1252 = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

function plainFormsOf(character: string): string[] {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const bytes = Array.from(utf8(character), (byte) => byte.toString(16).padStart(2, "0"));
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at).toString(16));
  const named = HTML_NAMES[character];
  return [
    bytes.map((byte) => `%${byte}`).join(""),
    units.map((unit) => `\\\\{1,3}u${unit.padStart(4, "0")}`).join(""),
    `&#(?:x0*${hex}|0*${code});`,
    ...(named === undefined ? [] : [`&${named};`]),
    ...(character === " " ? ["\\+"] : []),
    // Last, since the others can begin with it.
    `\\\\{0,3}?\\u{${hex}}`,
  ];
}

const HTML_NAMES: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};
