/**
 * A JSON value on its way between objects. A large one travels as the bytes of its text, because what the platform makes of
 * a value can be three times as long, and a call takes 32 MiB; `src/carry.ts` packs and opens it.
 */
export type Carried<T> = T | Uint8Array;
