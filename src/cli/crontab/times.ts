import { JITTER_SECONDS_MAX } from "../../core/limits.ts";
import { parseCron } from "../../core/schedule/timetable/cron.ts";
import { warningsOf } from "../../core/schedule/timetable/warnings.ts";

/** When a line fires, and where the rest of it begins. */
export interface Times {
  readonly ok: true;
  readonly cron: string;
  /** Of a random minute: how far it may lie behind the first. */
  readonly jitterSeconds?: number;
  readonly notes: readonly string[];
  readonly end: number;
}

/** What cannot be read, and where: positions count from 0. */
export interface Unread {
  readonly ok: false;
  readonly position: number;
  readonly reason: string;
  /** Where the rest of the line begins, if that is known. */
  readonly end?: number;
  readonly cron?: string;
}

const NICKNAMES = new Set(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]);
const FIELDS = ["minute", "hour", "day of the month", "month", "weekday"] as const;
type FieldName = (typeof FIELDS)[number];

const NAMES: Partial<Record<FieldName, readonly string[]>> = {
  month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/** How many there are, where that is the same in each round. */
const ROUNDS: Partial<Record<FieldName, readonly [size: number, round: string, unit: string]>> = {
  minute: [60, "hour", "minutes"],
  hour: [24, "day", "hours"],
};
/** Of the minute: the whole hour but its last minute may be drawn. */
const LAST_MINUTE = 59;

/** Reads the times at the beginning of a line: an `@` word, or five fields as Vixie's cron and its heirs take them. */
export function readTimes(line: string): Times | Unread {
  const start = /^\s*-?\s*/.exec(line)?.[0].length ?? 0;
  return line[start] === "@" ? readNickname(line, start) : readFields(line, start);
}

function readNickname(line: string, position: number): Times | Unread {
  const [word = ""] = /^\S+/.exec(line.slice(position)) ?? [];
  const end = position + word.length;
  if (NICKNAMES.has(word)) return { ok: true, cron: word, notes: [], end };
  if (word === "@every_minute") return { ok: true, cron: "* * * * *", notes: [], end };
  const reason =
    word === "@reboot"
      ? "@reboot is not imported, since a schedule knows no boot: start it with a unit of systemd (Type=oneshot), or with ExecStartPre of the worker's"
      : `"${word}" is not known: use ${[...NICKNAMES].join(", ")}, or five fields`;
  return { ok: false, position, reason, end };
}

function readFields(line: string, start: number): Times | Unread {
  const words: Word[] = [];
  let position = start;
  let wrong: Unread | undefined;
  for (const name of FIELDS) {
    const [gap = "", word = ""] = /^[ \t]*([^ \t]*)/.exec(line.slice(position)) ?? [];
    const at = position + gap.length - word.length;
    if (word === "") {
      const count = words.length === 0 ? "nothing" : `${words.length} of them`;
      const reason = `five fields (${FIELDS.join(", ")}) and a command are needed, and ${count} stand here`;
      return wrong ?? { ok: false, position: Math.min(at, line.length), reason };
    }
    const reason = wrongField(name, word);
    if (reason !== undefined) wrong ??= { ok: false, position: at, reason };
    words.push({ text: word, at });
    position = at + word.length;
  }
  return wrong
    ? { ...wrong, end: position, cron: words.map(({ text }) => text).join(" ") }
    : timesOf(words, position);
}

interface Word {
  readonly text: string;
  readonly at: number;
}

/** What of a field cron itself does not take, or takes for something else than Millrace. */
function wrongField(name: FieldName, field: string): string | undefined {
  for (const part of field.split(",")) {
    const reason = part.includes("~") ? wrongRandom(name, field, part) : wrongPart(name, part);
    if (reason !== undefined) return `${name}: ${reason}`;
  }
  return undefined;
}

function wrongPart(name: FieldName, part: string): string | undefined {
  const number = NAMES[name] ? String.raw`\d+|[A-Za-z]{3}` : String.raw`\d+`;
  const form = new RegExp(String.raw`^(?:\*|(${number})(?:-(${number}))?)(?:\/(\d+))?$`);
  const [whole, from, to, step] = form.exec(part) ?? [];
  if (whole === undefined)
    return `"${part}" is not allowed: use *, a number, a range such as 1-5, a step such as */10, or a list of these`;
  if (from !== undefined && to === undefined && step !== undefined)
    return `"${part}" is read in several ways by different crons: write ${from}-${lastOf(name)}/${step}, or ${from} alone`;
  if (to !== undefined && numberOf(name, from) > numberOf(name, to))
    return `"${part}" runs backwards, which cron does not take: write two ranges with a comma`;
  return undefined;
}

function lastOf(name: FieldName): number {
  return { minute: 59, hour: 23, "day of the month": 31, month: 12, weekday: 6 }[name];
}

function numberOf(name: FieldName, text = ""): number {
  const named = NAMES[name]?.indexOf(text.toLowerCase()) ?? -1;
  if (named < 0) return Number(text);
  return name === "month" ? named + 1 : named;
}

const RANDOM = /^(\d{1,2})?~(\d{1,2})?$/;

function wrongRandom(name: FieldName, field: string, part: string): string | undefined {
  const [whole, from = "0", to = String(LAST_MINUTE)] = RANDOM.exec(part) ?? [];
  if (name !== "minute")
    return `"${part}" is drawn at random by cron: only a random minute can be kept, as a delay; choose a value`;
  if (whole === undefined || field !== part)
    return `"${field}" is more than one random minute: write it as a~b, or choose values`;
  if (Number(from) > Number(to) || Number(to) > LAST_MINUTE)
    return `"${part}" is no range of minutes: use 0~59 at the most`;
  return undefined;
}

function timesOf(read: readonly Word[], end: number): Times | Unread {
  const words = read.map(({ text }) => text);
  const [minute = "", ...others] = withBothDays(words);
  const random = RANDOM.exec(minute);
  const from = Number(random?.[1] ?? 0);
  const jitterSeconds = random ? (Number(random[2] ?? LAST_MINUTE) - from) * 60 : undefined;
  const cron = [random ? String(from) : minute, ...others].join(" ");
  const parsed = parseCron(cron);
  if (!parsed.ok) {
    const wrong = read[FIELDS.findIndex((name) => parsed.detail.startsWith(`${name}: `))] ?? read[0];
    return { ok: false, position: wrong?.at ?? 0, reason: parsed.detail, end, cron };
  }
  const notes = [...warningsOf({ cron }), ...unevenSteps(words)];
  return { ok: true, cron, notes, end, ...(jitterSeconds !== undefined && { jitterSeconds }) };
}

/**
 * Of two restricted day fields either is enough, unless one begins with a star, as `*` with a step does: then cron wants
 * both, which is written with a `+` here.
 */
function withBothDays(words: readonly string[]): string[] {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = words;
  const isFree = [day, weekday].some((field) => field.split(",")[0] === "*");
  const hasStar = [day, weekday].some((field) => field.startsWith("*"));
  return [minute, hour, day, month, hasStar && !isFree ? `+${weekday}` : weekday];
}

/** A step that does not fit into its round: `*` with `/35` fires at 0 and 35, so after 35 minutes and after 25. */
function unevenSteps(words: readonly string[]): string[] {
  return FIELDS.flatMap((name, position) => {
    const round = ROUNDS[name];
    const step = Number(/^\*\/(\d+)$/.exec(words[position] ?? "")?.[1] ?? 1);
    if (!round || step < 1) return [];
    const [size, word, unit] = round;
    const last = size % step;
    if (last === 0 || step >= size) return [];
    return [`${name}: */${step} begins anew with each ${word}: the last gap of one is ${last} ${unit}`];
  });
}

/** A delay as long as cron may draw it, if Millrace can hold it. */
export function isJitter(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= JITTER_SECONDS_MAX;
}
