import { type Result, reject } from "../../core/result.ts";
import { readCrontab } from "./crontab.ts";
import type { Job, ReadOptions, Refusal, Table } from "./job.ts";
import { type Assignment, readAssignment } from "./variables.ts";

/** What the text of a job begins with that is of such a table. */
export const ANACRON = "#anacron";

const HOURS = "START_HOURS_RANGE";
/** Where no range is given. */
const HOUR = 3;
const DAY_MINUTES = 24 * 60;
const LINE = /^\s*(\S+)\s+(\d{1,5})\s+(\S+)\s+(\S.*?)\s*$/;

/** Which days: behind the minute and the hour. */
const PERIODS: Readonly<Record<string, string>> = {
  "1": "* * *",
  "@daily": "* * *",
  "7": "* * 0",
  "@weekly": "* * 0",
  "30": "1 * *",
  "31": "1 * *",
  "@monthly": "1 * *",
  "365": "1 1 *",
  "@yearly": "1 1 *",
  "@annually": "1 1 *",
};

interface Line {
  readonly number: number;
  readonly text: string;
  /** Lines of variables above it. */
  readonly above: readonly string[];
  readonly hour: number;
}

/**
 * Reads an anacrontab: period, delay, name, command. A line becomes a schedule of the first hour that anacron may start it
 * in, with its delay, and what was missed is made up for once, as anacron does.
 */
export function readAnacrontab(text: string, options: ReadOptions): Result<{ table: Table }> {
  const jobs: Job[] = [];
  const refusals: Refusal[] = [];
  const notes = new Set<string>();
  const variables = new Map<string, Assignment & { readonly line: string }>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const assignment = readAssignment(line);
    if (assignment) {
      variables.set(assignment.name, { ...assignment, line });
      continue;
    }
    const above = [...variables.values()].map((one) => one.line);
    const hour = hourOf(variables.get(HOURS)?.value);
    const read = readLine({ number: index + 1, text: line, above, hour }, options);
    if (!read.ok) return read;
    jobs.push(...read.table.jobs);
    refusals.push(...read.table.refusals);
    for (const note of read.table.notes) notes.add(note);
  }
  const { file, user } = options;
  return {
    ok: true,
    table: { file, jobs, refusals, notes: [...notes], ...(user !== undefined && { user }) },
  };
}

function hourOf(range = ""): number {
  const hour = Number(/^\s*(\d{1,2})\s*-/.exec(range)?.[1] ?? HOUR);
  return hour < 24 ? hour : HOUR;
}

/** As the line of a crontab that does the same, which then is read. */
function readLine(line: Line, options: ReadOptions): Result<{ table: Table }> {
  const [, period = "", delay = "", name = "", command = ""] = LINE.exec(line.text) ?? [];
  if (command === "")
    return refused(line, options, "a period, a delay in minutes, a name and a command are needed");
  const days = Object.hasOwn(PERIODS, period) ? PERIODS[period] : undefined;
  if (days === undefined)
    return refused(
      line,
      options,
      `"${period}" is no period that comes at the same days: use 1, 7, @monthly or @yearly, or a schedule of your own with @every`,
    );
  const minutes = (line.hour * 60 + Number(delay)) % DAY_MINUTES;
  const cron = `${minutes % 60} ${Math.floor(minutes / 60)} ${days}`;
  const above = line.above.filter((one) => readAssignment(one)?.name !== HOURS);
  // A percent sign is nothing special here.
  const own = `${cron} ${command.replaceAll("%", "\\%")}`;
  const read = readCrontab([...above, `# name: ${name}`, own].join("\n"), { ...options, isSystem: false });
  if (!read.ok) return reject(read.code, read.detail);
  const { jobs, refusals } = read.table;
  const table: Table = {
    ...read.table,
    jobs: jobs.map((job) => asAnacron(job, line)),
    refusals: refusals.map((refusal) => ({ ...refusal, line: line.number, column: 1 })),
  };
  return { ok: true, table };
}

function asAnacron(job: Job, { number, text, above }: Line): Job {
  const hasZone = above.some((one) => readAssignment(one)?.name === "CRON_TZ");
  const zone = hasZone ? [] : [`CRON_TZ=${job.settings.timeZone}`];
  return {
    ...job,
    line: number,
    text: [ANACRON, ...zone, ...above, text].join("\n"),
    settings: { ...job.settings, catchUp: { mode: "last" } },
  };
}

function refused({ number }: Line, { file }: ReadOptions, reason: string): Result<{ table: Table }> {
  return { ok: true, table: { file, jobs: [], refusals: [{ line: number, column: 1, reason }], notes: [] } };
}
