import { type FieldName, WEEKDAYS, WEEKDAY_NAMES, parsePart } from "./field.ts";
import type { TimetableSpec } from "./timetable.ts";

const FIVE: readonly FieldName[] = ["minute", "hour", "day of the month", "month", "weekday"];

/**
 * What of valid expressions is likely a mistake: a step that never comes to a second value, such as 90 of minutes, and a
 * number for a weekday where there is a field for seconds, as in Quartz, which counts weekdays from another one.
 */
export function warningsOf({ cron, exclude }: Pick<TimetableSpec, "cron" | "exclude">): string[] {
  const texts = [...[cron].flat(), ...(exclude?.crons ?? [])];
  return texts.map(wordsOf).flatMap((words) => [...wideSteps(words), ...numberedWeekdays(words)]);
}

/** The fields of an expression. */
function wordsOf(text: string): string[] {
  return text
    .trim()
    .split(/[ \t]+/)
    .filter((word) => !word.includes("="));
}

function wideSteps(words: readonly string[]): string[] {
  const names = words.length === 5 ? FIVE : ["second" as const, ...FIVE, "year" as const];
  return words.flatMap((word, position) => {
    const name = names[position];
    if (name === undefined || word.startsWith("@")) return [];
    const wide = word
      .replace(/^\+/, "")
      .split(",")
      .filter((part) => part.includes("/") && isSingle(name, part));
    return wide.map((part) => `${name}: the step of "${part}" is too large to come to a second value`);
  });
}

function isSingle(name: FieldName, part: string): boolean {
  const parsed = parsePart(name, part);
  return parsed.ok && parsed.values.length === 1;
}

/** One weekday by number, or a range of them; behind it a step, or which of a month's. */
const NUMBERED = /^([0-7])(?:-([0-7]))?(?![0-7])(.*)$/;

function numberedWeekdays(words: readonly string[]): string[] {
  const field = words.length < 6 ? "" : (words[5] ?? "").replace(/^\+/, "");
  const parts = field.split(",").flatMap((part) => {
    const [, from, to = from, more = ""] = NUMBERED.exec(part) ?? [];
    return from === undefined || to === undefined ? [] : [{ from: Number(from), to: Number(to), more }];
  });
  if (parts.length === 0) return [];
  const here = parts.map(({ from, to }) => daysOf(from, to)).join(", ");
  // Quartz has no 0.
  const isQuartz = parts.every(({ from }) => from > 0);
  const there = parts.map(({ from, to }) => daysOf(from - 1, to - 1)).join(", ");
  const written = parts.map(({ from, to, more }) => inWords(from, to, more)).join(",");
  const other = isQuartz ? `, and ${there} in Quartz` : "";
  return [`weekday: "${field}" is ${here} here${other}: write ${written} to be sure`];
}

function daysOf(from: number, to: number): string {
  const [first, last] = [WEEKDAY_NAMES[from % 7], WEEKDAY_NAMES[to % 7]];
  return from === to ? `${first}` : `${first} to ${last}`;
}

function inWords(from: number, to: number, more: string): string {
  const [first, last] = [WEEKDAYS[from % 7], WEEKDAYS[to % 7]];
  return `${first}${from === to ? "" : `-${last}`}${more.replace(/^L/i, "#L")}`;
}
