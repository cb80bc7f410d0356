import { type FieldName, parsePart } from "./field.ts";
import type { TimetableSpec } from "./timetable.ts";

const FIVE: readonly FieldName[] = ["minute", "hour", "day of the month", "month", "weekday"];

/** What of valid expressions is likely a mistake: a step that never comes to a second value, such as 90 of minutes. */
export function warningsOf({ cron }: Pick<TimetableSpec, "cron">): string[] {
  return [cron].flat().flatMap(wideSteps);
}

function wideSteps(text: string): string[] {
  const words = text
    .trim()
    .split(/[ \t]+/)
    .filter((word) => !word.startsWith("CRON_TZ="));
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
