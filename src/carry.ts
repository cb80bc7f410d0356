import type { Carried } from "./core/carried.ts";
import type { CarriedValues } from "./core/engine/state/carried-start.ts";
import { type Json, type JsonObject, jsonSize, parseOwn } from "./core/json.ts";
import type { Beginning } from "./core/engine/state/fork.ts";
import { CARRIED_WHOLE_BYTES } from "./core/limits.ts";

/** A value for a call of another object. */
export function carry<T extends object>(value: T): Carried<T> {
  const isSmall = carriedSize(value, CARRIED_WHOLE_BYTES) <= CARRIED_WHOLE_BYTES;
  return isSmall ? value : new TextEncoder().encode(JSON.stringify(value));
}

/** Bytes of a value's JSON, or something above the limit. It must be plain JSON, as all is that crosses. */
export function carriedSize(value: object, limit?: number): number {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return jsonSize(value as Json, limit);
}

/** A start as it was before it was carried. */
export function openedStart<C extends CarriedValues>({
  input,
  begin,
  ...rest
}: C): Omit<C, keyof CarriedValues> & { readonly input: JsonObject; readonly begin?: Beginning } {
  return { ...rest, input: opened(input), ...(begin && { begin: opened(begin) }) };
}

/** What was carried. */
export function opened<T extends object>(carried: Carried<T>): T {
  return carried instanceof Uint8Array ? parseOwn<T>(new TextDecoder().decode(carried)) : carried;
}
