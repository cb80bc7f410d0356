import { jsonSize } from "./json.ts";
import { firstBytes, utf8Length } from "./text.ts";

/** A beginning of a text that takes so many bytes at the most, as JSON, too. */
export function toldText(text: string, bytes: number): string {
  let cut = firstBytes(text, bytes);
  while (jsonSize(cut) > bytes + 2) cut = firstBytes(cut, Math.floor(utf8Length(cut) / 2));
  return cut;
}

/** The same of what is held up. */
export function toldReason<T extends { readonly reason?: string }>(told: T, bytes: number): T {
  return told.reason === undefined ? told : { ...told, reason: toldText(told.reason, bytes) };
}

/** The first of a list, as many as take so many bytes together. */
export function fitting<T extends object | string>(items: readonly T[], bytes: number): readonly T[] {
  let left = bytes;
  const end = items.findIndex((item) => (left -= toldSize(item)) < 0);
  return end < 0 ? items : items.slice(0, end);
}

/** Bytes of what a source tells, as JSON. */
export function toldSize(told: object | string): number {
  return utf8Length(JSON.stringify(told));
}
