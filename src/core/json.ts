import { JSON_DEPTH, JSON_DIGITS_MAX, JSON_PARTS_MAX } from "./limits.ts";
import { type Rejection, type Result, messageOf, reject } from "./result.ts";
import { utf8Length } from "./text.ts";

/**
 * A JSON value. Values are immutable by convention: share them, never change them in place. A whole number that a double
 * cannot hold exactly, outside of ±(2^53 - 1), is a bigint when it was written in digits alone, and keeps them all.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json): value is JsonObject;
export function isJsonObject(value: unknown): value is JsonObject;
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

declare global {
  interface JSON {
    rawJSON(text: string): object;
    parse(
      text: string,
      look: (key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
  }
  interface BigInt {
    toJSON(): object;
  }
}

// Whoever writes JSON writes all digits.
// oxlint-disable-next-line no-extend-native -- JSON.stringify asks nobody else
BigInt.prototype.toJSON = function (this: bigint) {
  return JSON.rawJSON(String(this));
};

/** Texts that may hold a number which a double cannot: to look at each number costs five times a plain reading. */
const UNUSUAL_NUMBER = /\d{16}|\d[eE]\+?\d+\s*(?:[,\]}]|$)/;
const DIGITS = /^-?\d+$/;

/** What digits say: a bigint where a double would lose some. More than `JSON_DIGITS_MAX` of them are infinite. */
export function wholeNumber(digits: string): number | bigint {
  const double = Number(digits);
  if (Number.isSafeInteger(double)) return double;
  return digits.replace("-", "").length > JSON_DIGITS_MAX ? Number.POSITIVE_INFINITY : BigInt(digits);
}

/** Doubles are written in digits alone below this, and would be read as bigints then: they are so from the beginning. */
const WRITTEN_IN_DIGITS = 1e21;

/** The same number whether it was just read or written in between: a whole double that is not exact is what its digits say. */
export function stableNumber(double: number): number | bigint {
  const isStable = Number.isSafeInteger(double) || !Number.isInteger(double);
  return isStable || Math.abs(double) >= WRITTEN_IN_DIGITS ? double : BigInt(String(double));
}

function withDigits(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return source !== undefined && DIGITS.test(source) ? wholeNumber(source) : stableNumber(value);
}

function parse(text: string, isUnusual: boolean): unknown {
  return isUnusual ? JSON.parse(text, withDigits) : JSON.parse(text);
}

/**
 * Reads text from outside. Rejects with `NotJson`, `TooDeep` (`JSON_DEPTH`), `TooManyValues` (`JSON_PARTS_MAX`), or
 * `InvalidNumber`, with its path, when a number is larger than any that can be kept.
 */
export function readJson(text: string): Result<{ value: Json }> {
  if (text.length > JSON_PARTS_MAX && countParts(text, JSON_PARTS_MAX) > JSON_PARTS_MAX) {
    return reject("TooManyValues", `there are more than ${JSON_PARTS_MAX} values in it`);
  }
  const isUnusual = UNUSUAL_NUMBER.test(text);
  let value: Json;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it gives nothing else
    value = parse(text, isUnusual) as Json;
  } catch (error) {
    return error instanceof RangeError ? tooDeep() : reject("NotJson", messageOf(error));
  }
  if (jsonDepth(value, JSON_DEPTH) > JSON_DEPTH) return tooDeep();
  const infinite = isUnusual ? pathOfInfinite(value) : undefined;
  return infinite === undefined ? { ok: true, value } : reject("InvalidNumber", tooLarge(infinite));
}

function tooDeep(): Rejection {
  return reject("TooDeep", `values lie more than ${JSON_DEPTH} levels deep`);
}

function tooLarge(path: string): string {
  return `${path === "" ? "the number" : path} is larger than any number that can be kept: write it as text`;
}

/** At least as many values as a text of JSON has, up to a limit; counted before they take room. */
function countParts(text: string, limit: number): number {
  let parts = 1;
  for (let at = 0; at < text.length && parts <= limit; at++) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at);
    else if (character === "," || character === "[" || character === "{") parts++;
  }
  return parts;
}

function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** Where a number stands that is none: `a.b[2]`. */
function pathOfInfinite(value: Json): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "";
  if (typeof value !== "object" || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, part] of Object.entries<Json>(value)) {
    const inner = pathOfInfinite(part);
    if (inner === undefined) continue;
    const rest = inner === "" || inner.startsWith("[") ? inner : `.${inner}`;
    return `${isList ? `[${key}]` : key}${rest}`;
  }
  return undefined;
}

/** Below, at or above zero, by value: a double and a bigint are compared exactly. */
export function compareNumbers(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/**
 * Reads text that we wrote ourselves. The one place where a type is believed and not checked: what comes from outside is
 * read with a schema at the border.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what it wrote
export function parseOwn<T>(text: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return parse(text, UNUSUAL_NUMBER.test(text)) as T;
}

export function isNumber(value: Json): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** The value of an own key, or undefined: never what the prototype holds. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sizes of large values that were already counted; keyed by identity, which immutability makes safe. */
const countedSizes = new WeakMap<object, number>();
const WORTH_REMEMBERING = 1024;

/**
 * Bytes of a value's JSON text in UTF-8, or any number above `limit` as soon as it is known to be larger.
 */
export function jsonSize(value: Json, limit = Number.POSITIVE_INFINITY): number {
  if (typeof value === "string") return textBytes(value) + 2;
  if (typeof value !== "object" || value === null) return String(value).length;
  const known = countedSizes.get(value);
  if (known !== undefined) return known;
  const size = isJsonObject(value) ? objectSize(value, limit) : listSize(value, limit);
  if (size >= WORTH_REMEMBERING && size <= limit) countedSizes.set(value, size);
  return size;
}

const BRACKETS = 2;

function objectSize(object: JsonObject, limit: number): number {
  let size = BRACKETS;
  for (const key in object) {
    // Quotes, a colon, and a comma before all but the first.
    size += textBytes(key) + (size === BRACKETS ? 3 : 4) + jsonSize(object[key] ?? null, limit - size);
    if (size > limit) return size;
  }
  return size;
}

function listSize(list: readonly Json[], limit: number): number {
  let size = BRACKETS;
  for (const part of list) {
    size += (size === BRACKETS ? 0 : 1) + jsonSize(part, limit - size);
    if (size > limit) return size;
  }
  return size;
}

function textBytes(text: string): number {
  if (!/[^ !#-[\]-~]/.test(text)) return text.length;
  return utf8Length(JSON.stringify(text)) - 2;
}

const countedDepths = new WeakMap<object, number>();
const MANY_PARTS = 16;

/** How deeply arrays and objects lie in each other; stops counting at `limit` + 1. */
export function jsonDepth(value: unknown, limit: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (limit <= 0) return 1;
  const known = countedDepths.get(value);
  if (known !== undefined) return known;
  let deepest = 0;
  const parts: readonly unknown[] = Object.values(value);
  for (const part of parts) deepest = Math.max(deepest, jsonDepth(part, limit - 1));
  // A depth that was counted to the end is worth remembering where counting was work.
  if (parts.length >= MANY_PARTS && deepest < limit) countedDepths.set(value, deepest + 1);
  return deepest + 1;
}

/** Deep equality; keys may be in any order. */
export function jsonEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a === "bigint" || typeof b === "bigint")
    return isNumber(a) && isNumber(b) && compareNumbers(a, b) === 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((part: Json, position) => jsonEqual(part, b[position] ?? null));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key] ?? null, b[key] ?? null));
}
