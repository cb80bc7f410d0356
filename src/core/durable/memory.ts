import { type Json, isJsonObject } from "../json.ts";

/** What values take in memory, by formulas that count a little too much rather than too little. */

const VALUE_BYTES = 16;
const TEXT_BYTES = 32;
const COLLECTION_BYTES = 72;
const KEY_BYTES = 24;
const FIELD_BYTES = 8;

/** One byte a character, or two as soon as one of them needs two. */
export function textMemory(text: string): number {
  return TEXT_BYTES + (/[^\0-\xff]/.test(text) ? 2 * text.length : text.length);
}

/** Of a value of JSON: more than its text, the more so the smaller its parts are. */
export function jsonMemory(value: Json): number {
  if (typeof value === "string") return textMemory(value);
  if (typeof value === "bigint") return VALUE_BYTES + String(value).length;
  if (typeof value !== "object" || value === null) return VALUE_BYTES;
  let bytes = COLLECTION_BYTES;
  if (!isJsonObject(value)) {
    for (const part of value) bytes += jsonMemory(part);
    return bytes;
  }
  // Entries of an object with many keys would take longer than all the rest.
  for (const key in value) bytes += KEY_BYTES + textMemory(key) + jsonMemory(value[key] ?? null);
  return bytes;
}

/** Of one of many objects that have the same few keys, which are there once for all of them. */
export function recordMemory(record: object): number {
  let bytes = COLLECTION_BYTES;
  const values: Json[] = Object.values(record);
  for (const value of values) bytes += FIELD_BYTES + jsonMemory(value);
  return bytes;
}
