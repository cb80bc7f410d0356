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

/** A time on the reader's own clock. */
export function time(instant: string | undefined): string {
  if (instant === undefined) return "";
  // Sweden writes dates as ISO 8601 does.
  return new Date(instant).toLocaleString("sv-SE");
}

const UNITS: readonly [name: string, milliseconds: number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
];

/** How long something took, in its two largest units; until `now` if it has not ended. */
export function duration(from: string, to: string | undefined, now: number): string {
  const milliseconds = Math.max(0, (to === undefined ? now : Date.parse(to)) - Date.parse(from));
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

/** How far something is, as a bar. */
export function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
}

export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
