import { utf8Length } from "./text.ts";

/** A JSON value. Values are immutable by convention: share them, never change them in place. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json): value is JsonObject;
export function isJsonObject(value: unknown): value is JsonObject;
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads text that we wrote ourselves. The one place where a type is believed and not checked: what comes from outside is
 * read with a schema at the border.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what it wrote
export function parseOwn<T>(text: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return JSON.parse(text) as T;
}

/** The value of an own key, or undefined: never what the prototype holds. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sizes of large values that were already counted; keyed by identity, which immutability makes safe. */
const countedSizes = new WeakMap<object, number>();
const WORTH_REMEMBERING = 1024;

/**
 * Bytes of a value's JSON text in UTF-8, or any number above `limit` as soon as it is known to be larger. Escapes are
 * not counted, so the true text can be somewhat longer.
 */
export function jsonSize(value: Json, limit = Number.POSITIVE_INFINITY): number {
  if (typeof value === "string") return textBytes(value) + 2;
  if (typeof value !== "object" || value === null) return String(value).length;
  const known = countedSizes.get(value);
  if (known !== undefined) return known;
  let size = 2;
  const entries: Iterable<readonly [string, Json]> = isJsonObject(value)
    ? Object.entries(value)
    : arrayEntries(value);
  for (const [key, part] of entries) {
    size += (key === "" ? 1 : textBytes(key) + 4) + jsonSize(part, limit - size);
    if (size > limit) return size;
  }
  if (size >= WORTH_REMEMBERING) countedSizes.set(value, size);
  return size;
}

function textBytes(text: string): number {
  return /[^\0-\x7f]/.test(text) ? utf8Length(text) : text.length;
}

function* arrayEntries(array: readonly Json[]): Generator<readonly [string, Json]> {
  for (const part of array) yield ["", part];
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
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((part: Json, position) => jsonEqual(part, b[position] ?? null));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key] ?? null, b[key] ?? null));
}
