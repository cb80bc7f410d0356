import { type Json, type JsonObject, isJsonObject, jsonSize, own } from "./json.ts";

/** Of one piece, unless a text in it is longer. */
const PIECE_BYTES = 64 * 1024;

/**
 * A value's JSON text, piece by piece, so that a large one never lies there as a whole. No piece ends inside of a text:
 * what is looked for in texts can be looked for in each piece.
 */
export function* jsonPieces(value: Json): Generator<string> {
  if (typeof value !== "object" || value === null || sizeOf(value) <= PIECE_BYTES) {
    yield JSON.stringify(value);
  } else if (isJsonObject(value)) {
    yield* partPieces("{", runsOf(Object.entries<Json>(value)), Object.fromEntries, "}");
  } else {
    yield* partPieces("[", runsOf(Array.from(value.entries())), (run) => run.map(([, part]) => part), "]");
  }
}

type Entry = [key: string | number, part: Json];

function* partPieces(
  open: string,
  runs: Iterable<Entry[]>,
  together: (run: Entry[]) => object,
  close: string,
): Generator<string> {
  let before = open;
  for (const run of runs) {
    const [[key, part] = [0, null]] = run;
    if (run.length > 1) {
      yield before + JSON.stringify(together(run)).slice(1, -1);
    } else {
      yield typeof key === "string" ? `${before}${JSON.stringify(key)}:` : before;
      yield* jsonPieces(part);
    }
    before = ",";
  }
  yield close;
}

/** Entries that make one piece together; what is too large for that stands alone. */
function* runsOf(entries: Iterable<Entry>): Generator<Entry[]> {
  let run: Entry[] = [];
  let size = 0;
  for (const entry of entries) {
    const bytes = sizeOf(entry[1]);
    if (run.length > 0 && size + bytes > PIECE_BYTES) {
      yield run;
      run = [];
      size = 0;
    }
    run.push(entry);
    size += bytes;
  }
  if (run.length > 0) yield run;
}

function sizeOf(value: Json): number {
  return jsonSize(value, PIECE_BYTES);
}

/** At least the first `length` characters of a value's JSON text, or all of it; what it costs depends on them alone. */
export function jsonStart(value: Json, length: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, Math.max(0, length)));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const [open, close] = isJsonObject(value) ? "{}" : "[]";
  let text = `${open}`;
  let before = "";
  for (const [key, part] of partsOf(value)) {
    if (text.length >= length) return text;
    text += before + (key === undefined ? "" : `${jsonStart(key, length)}:`);
    text += jsonStart(part, length - text.length);
    before = ",";
  }
  return text + close;
}

function* partsOf(value: JsonObject | readonly Json[]): Generator<[key: string | undefined, part: Json]> {
  if (isJsonObject(value)) for (const key in value) yield [key, own(value, key) ?? null];
  else for (const part of value) yield [undefined, part];
}
