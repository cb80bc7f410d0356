import { stripVTControlCharacters } from "node:util";
import type { Output } from "./output.ts";

type Column<T> = readonly [title: string, cell: (item: T) => string | number | undefined];

/** A table with aligned columns; columns that are empty in every row are left out. */
export function table<T>(
  output: Output,
  items: readonly T[],
  columns: readonly Column<T>[],
  none: string,
): string {
  if (items.length === 0) return output.paint("dim", none);
  const cells = items.map((item) => columns.map(([, cell]) => oneLine(cell(item))));
  const shown = columns.flatMap(([title], position) =>
    cells.some((row) => row[position] !== "") ? [{ title, position }] : [],
  );
  const widths = shown.map(({ title, position }) =>
    Math.max(title.length, ...cells.map((row) => widthOf(row[position] ?? ""))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, position) => padded(cell, widths[position] ?? 0))
      .join("  ")
      .trimEnd();
  const head = line(shown.map(({ title }) => title));
  return [
    output.paint("bold", head),
    ...cells.map((row) => line(shown.map(({ position }) => row[position] ?? ""))),
  ].join("\n");
}

function oneLine(value: string | number | undefined): string {
  return String(value ?? "").replaceAll(/\s*[\r\n]\s*/g, " ");
}

function widthOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Names and values below each other; those without a value are left out. */
export function record(
  output: Output,
  entries: Readonly<Record<string, string | number | undefined>>,
): string {
  const given = Object.entries(entries).filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...given.map(([name]) => name.length));
  return given
    .map(([name, value]) => {
      const text = String(value);
      const isLong = text.includes("\n");
      return `${output.paint("dim", name.padEnd(width))}${isLong ? `\n${indented(text)}` : `  ${text}`}`;
    })
    .join("\n");
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

/** A time on the clocks of a zone, by default on the reader's own, always with the offset from UTC. */
export function time(instant: string | undefined, zone?: string): string {
  if (instant === undefined) return "";
  const date = new Date(instant);
  const timeZone = zone !== undefined && isKnown(zone) ? zone : undefined;
  // Sweden writes dates as ISO 8601 does.
  return `${date.toLocaleString("sv-SE", { timeZone })} ${offset(date, timeZone)}`;
}

/** Since when something is held up, by whom and why. */
export function pausedSince({
  at,
  by,
  reason = "",
  until,
}: Readonly<{ at: string; by: string; reason?: string | undefined; until?: string | undefined }>): string {
  const ends = until === undefined ? "" : ` until ${time(until)}`;
  return `since ${time(at)}${ends} by ${by}${reason === "" ? "" : `: ${reason}`}`;
}

function offset(date: Date, timeZone: string | undefined): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(
    date,
  );
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  return name.replace(/^GMT/, "") || "+00:00";
}

/** The service may know zones that this machine does not. */
function isKnown(zone: string): boolean {
  try {
    return Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const UNITS: readonly [name: string, milliseconds: number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
];

/** How long something took, in its two largest units; until `now` if it has not ended. */
export function duration(from: string, to: string | undefined, now: number): string {
  return lasting(Math.max(0, (to === undefined ? now : Date.parse(to)) - Date.parse(from)));
}

/** So many milliseconds; nothing of what is not known. */
export function lasting(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return "";
  const largest = UNITS.findIndex(([, size]) => milliseconds >= size);
  if (largest < 0)
    return milliseconds < 10_000
      ? `${(milliseconds / 1000).toFixed(1)}s`
      : `${Math.round(milliseconds / 1000)}s`;
  const [name, size] = UNITS[largest] ?? ["", 1];
  const [smaller, smallerSize] = UNITS[largest + 1] ?? ["s", 1000];
  return `${Math.floor(milliseconds / size)}${name}${Math.floor((milliseconds % size) / smallerSize)}${smaller}`;
}

const BAR_WIDTH = 24;

/** How many iterations are over, and how many of them failed. */
export function tally({
  total,
  succeeded,
  failed,
}: {
  total: number;
  succeeded: number;
  failed: number;
}): string {
  return `${succeeded + failed} of ${total} done${failed > 0 ? `, ${failed} failed` : ""}`;
}

/** How far something is, as a bar. */
export function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
}

export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
