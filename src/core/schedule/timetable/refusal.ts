import { type Rejection, reject } from "../../result.ts";
import { parseCron } from "./cron.ts";
import { type TimetableSpec, readTimetable } from "./timetable.ts";
import { zoneProblem } from "./zone-names.ts";

/** A schedule as it is stored already, as far as it says when it fires. */
type Known = TimetableSpec & { readonly createdAt: number };

/**
 * Why somebody may not store what says when a schedule fires. Besides what can never be read that is what only passed for
 * a time; what of it stands in the stored schedule already may stay, and all of it if nothing of it is changed.
 */
export function refusalOfNew(
  spec: TimetableSpec,
  key: string,
  now: number,
  known?: Known,
): Rejection | undefined {
  if (known && isSameTimetable(spec, known)) return undefined;
  const createdAt = known?.createdAt ?? now;
  const read = readTimetable(spec, createdAt, key);
  if (!read.ok) return read;
  const before = known && readTimetable(known, createdAt, key);
  const oneOffs = before?.ok ? before.timetable.oneOffs : [];
  if (read.timetable.oneOffs.some((at) => at <= now && !oneOffs.includes(at))) {
    return reject("InvalidCron", "the time of @at has passed");
  }
  return refusalOf(spec, known);
}

function isSameTimetable(one: TimetableSpec, other: TimetableSpec): boolean {
  return textOf(one) === textOf(other);
}

function textOf({
  cron,
  timeZone,
  startAt,
  endAt,
  jitterSeconds,
  exclude,
  daylightSaving,
}: TimetableSpec): string {
  return JSON.stringify([cron, timeZone, startAt, endAt, jitterSeconds, exclude, daylightSaving]);
}

/** What a schedule that is stored goes on with, and would be refused if it was stored now. */
export function refusalOf(spec: TimetableSpec, known?: TimetableSpec): Rejection | undefined {
  const kept = new Set(known ? zonesOf(known).map(({ zone }) => zone) : []);
  for (const { place, zone } of zonesOf(spec)) {
    const problem = kept.has(zone) ? undefined : zoneProblem(zone);
    if (problem !== undefined) return reject("InvalidCron", `${place}: ${problem}`);
  }
  return undefined;
}

/** Each time zone that a schedule names, and where. */
function zonesOf({ timeZone, cron, exclude }: TimetableSpec): { place: string; zone: string }[] {
  const found = timeZone === undefined ? [] : [{ place: "timeZone", zone: timeZone }];
  const isOne = typeof cron === "string";
  const texts = [
    ...[cron].flat().map((text, position) => [isOne ? "cron" : `cron[${position}]`, text] as const),
    ...(exclude?.crons ?? []).map((text, position) => [`exclude.crons[${position}]`, text] as const),
  ];
  for (const [place, text] of texts) {
    const parsed = parseCron(text);
    if (parsed.ok && parsed.timeZone !== undefined) found.push({ place, zone: parsed.timeZone });
  }
  return found;
}
