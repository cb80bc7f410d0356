import { type Json, isJsonObject, parseOwn } from "../json.ts";
import type { Format } from "./records.ts";

type Kind = "text" | "number" | "flag" | "list" | "object";

/** What fields of a row must be, at the least, for whoever reads it to go on; a shape stands for an object of that shape. */
export interface Shape {
  readonly [field: string]: Kind | Shape;
}

const KINDS: { readonly [K in Kind]: (value: Json) => boolean } = {
  text: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  flag: (value) => typeof value === "boolean",
  list: (value) => Array.isArray(value),
  object: isJsonObject,
};

export const NUMBER: Format<number> = {
  read: (text) => {
    const value = parseOwn<Json>(text);
    if (typeof value !== "number") throw new Error("it is no number");
    return value;
  },
  write: JSON.stringify,
};

/**
 * JSON of a shape: a row of another one cannot be read, as if it was no JSON. `optional` are fields that may be absent. It is
 * cheap, since each row that is read passes here.
 */
export function shaped<V>(shape: Shape, optional: Shape = {}): Format<V> {
  return {
    read: (text) => {
      const value = parseOwn<Json>(text);
      expectShape(value, shape, optional, "");
      return parsed(value);
    },
    write: JSON.stringify,
  };

  function parsed(value: Json): V {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it, and what matters of it was looked at
    return value as unknown as V;
  }
}

function expectShape(value: Json, shape: Shape, optional: Shape, of: string): void {
  if (!isJsonObject(value)) throw new Error(of === "" ? "it is no object" : `its ${of} is no object`);
  for (const [key, kind] of Object.entries(shape)) expectField(value[key] ?? null, kind, of + key);
  for (const [key, kind] of Object.entries(optional))
    if (value[key] !== undefined) expectField(value[key], kind, of + key);
}

function expectField(value: Json, kind: Kind | Shape, name: string): void {
  if (typeof kind !== "string") expectShape(value, kind, {}, `${name}.`);
  else if (!KINDS[kind](value)) throw new Error(`its ${name} is no ${kind}`);
}
