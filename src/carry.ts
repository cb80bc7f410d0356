import type { Carried } from "./core/carried.ts";
import { type Json, jsonSize, parseOwn } from "./core/json.ts";
import { CARRIED_WHOLE_BYTES } from "./core/limits.ts";

/** A value for a call of another object. It must be plain JSON, as all is that crosses. */
export function carry<T extends object>(value: T): Carried<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const isSmall = jsonSize(value as Json, CARRIED_WHOLE_BYTES) <= CARRIED_WHOLE_BYTES;
  return isSmall ? value : new TextEncoder().encode(JSON.stringify(value));
}

/** What was carried. */
export function opened<T extends object>(carried: Carried<T>): T {
  return carried instanceof Uint8Array ? parseOwn<T>(new TextDecoder().decode(carried)) : carried;
}
