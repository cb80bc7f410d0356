import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { type Json, readJson } from "../../core/json.ts";
import { messageOf } from "../../core/result.ts";
import { UsageError } from "../usage-error.ts";

const STDIN = 0;

/** A file's text, or that of stdin for `-`; without the mark that some editors write before it. */
export function readText(file: string, before = ""): string {
  const name = file === "-" ? "stdin" : file;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file === "-" ? STDIN : file);
  } catch (error) {
    throw new UsageError(`${before}${name} cannot be read: ${messageOf(error)}`);
  }
  // As UTF-16, which some shells write, it would go out as other characters.
  if (!isUtf8(bytes)) throw new UsageError(`${before}${name} is not UTF-8 text: store it as UTF-8`);
  return new TextDecoder().decode(bytes);
}

/** JSON as it stands (`{...}`), from a file, or from stdin (`-`). */
export function readJsonOption(source: string, option: string): Json {
  const isInline = /^\s*[[{"]/.test(source);
  const takes = `${option} takes JSON, a file with JSON, or - for stdin`;
  const text = isInline ? source : readText(source, `${takes}: `);
  const read = readJson(text);
  if (read.ok) return read.value;
  const place = isInline ? "" : ` in ${source === "-" ? "stdin" : source}`;
  throw new UsageError(`${takes}${place}: ${read.detail}`);
}

const DISTANCE = /^(\+?)(\d{1,6})([smhd])$/;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A time as people say it: `2h` (ago), `+2h` (from now), `2027-01-31`, `2027-01-31 14:00` (both here), or RFC 3339. */
export function readTime(text: string, now: number): string {
  const [, sign, count, unit = ""] = DISTANCE.exec(text) ?? [];
  if (count !== undefined) {
    const distance = Number(count) * (SECONDS[unit] ?? 0) * 1000;
    return new Date(sign === "+" ? now + distance : now - distance).toISOString();
  }
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const instant = Date.parse(isDay ? `${text}T00:00` : text);
  if (Number.isNaN(instant))
    throw new UsageError(`"${text}" is not a time: use 2h (ago), +2h, 2027-01-31, or 2027-01-31T14:00:00Z`);
  return new Date(instant).toISOString();
}
