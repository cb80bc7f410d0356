/** A JSON value. Values are immutable by convention: share them, never change them in place. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of an own key, or undefined: never what the prototype holds. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sizes of large values that were already counted; keyed by identity, which immutability makes safe. */
const countedSizes = new WeakMap<object, number>();
const WORTH_REMEMBERING = 1024;

/**
 * Length of a value's JSON text in UTF-16 units, or any number above `limit` as soon as it is known to be larger.
 * Escapes are not counted, so the true text can be somewhat longer.
 */
export function jsonSize(value: Json, limit = Number.POSITIVE_INFINITY): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return String(value).length;
  const known = countedSizes.get(value);
  if (known !== undefined) return known;
  let size = 2;
  const parts = Array.isArray(value) ? arrayParts(value) : objectParts(value as JsonObject);
  for (const [overhead, part] of parts) {
    size += overhead + jsonSize(part, limit - size);
    if (size > limit) return size;
  }
  if (size >= WORTH_REMEMBERING) countedSizes.set(value, size);
  return size;
}

function* arrayParts(array: readonly Json[]): Generator<[number, Json]> {
  for (const part of array) yield [1, part];
}

function* objectParts(object: JsonObject): Generator<[number, Json]> {
  for (const key in object) if (Object.hasOwn(object, key)) yield [key.length + 4, object[key] as Json];
}

/** How deeply arrays and objects lie in each other; stops counting at `limit` + 1. */
export function jsonDepth(value: unknown, limit: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (limit <= 0) return 1;
  let deepest = 0;
  for (const part of Object.values(value)) deepest = Math.max(deepest, jsonDepth(part, limit - 1));
  return deepest + 1;
}
