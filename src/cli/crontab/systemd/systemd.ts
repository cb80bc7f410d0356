import { given } from "../../../core/given.ts";
import { type Result, reject } from "../../../core/result.ts";
import { warningsOf } from "../../../core/schedule/timetable/warnings.ts";
import type { Job, Payload, ReadOptions, Refusal, Settings, Table } from "../job.ts";
import { isSecret, secretIn } from "../secrets.ts";
import { slugify } from "../slug.ts";
import { isJitter } from "../times.ts";
import { readCalendar, readSpan } from "./calendar.ts";
import { readEnvironment, readExecLine } from "./exec-line.ts";
import { Units } from "./unit-file.ts";

/** What each file in a text of units begins with: the mark, and its name. */
export const UNIT_MARK = "#systemd ";
const ZONE_MARK = "#systemd-zone ";

/** Those of the service that are taken over, or of no meaning under a worker. */
const TAKEN_OVER =
  /^(?:Type|User|Group|WorkingDirectory|Environment(?:File)?|ExecStart(?:Pre|Post)?|RemainAfterExit|Standard(?:Output|Error)|SyslogIdentifier)$/;
const MONOTONIC = ["OnActiveSec", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec"];
/** What systemd gives to services; a worker gives what cron would. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin";

/** Says why a timer becomes nothing. */
class Refused extends Error {}

/**
 * Reads a timer with its service: their files one after the other, each behind a line with its mark. The text gives one
 * schedule, or none with the reason.
 */
export function readUnits(text: string, options: ReadOptions): Result<{ table: Table }> {
  const [, timer] = new RegExp(`^${UNIT_MARK}(.+)\\.timer$`, "m").exec(text) ?? [];
  if (timer === undefined) return reject("WrongTable", `${options.file} is no timer: name UNIT.timer`);
  const { file, user } = options;
  const table: Table = { file, jobs: [], refusals: [], notes: [], ...given({ user }) };
  try {
    const notes = [`to hand it over: systemctl disable --now ${timer}.timer, then this import with --enable`];
    return { ok: true, table: { ...table, jobs: [jobOf(timer, text, options)], notes } };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const refusal: Refusal = { line: 1, column: 1, reason: error.message };
    return { ok: true, table: { ...table, refusals: [refusal] } };
  }
}

function jobOf(timer: string, text: string, options: ReadOptions): Job {
  const units = new Units(text);
  const [, ownZone = options.timeZone] = new RegExp(`^${ZONE_MARK}(.+)$`, "m").exec(text) ?? [];
  const { crons, timeZone = ownZone } = calendarsOf(units);
  const { command, notes } = commandOf(units, timer);
  const payload = payloadOf(units, command, options);
  const jitterSeconds = jitterOf(units);
  const settings: Settings = {
    cron: crons.length === 1 ? (crons[0] ?? "") : crons,
    timeZone,
    payload,
    // A timer starts nothing while its service runs.
    overlap: "skip",
    catchUp: { mode: units.isOn("Timer", "Persistent") ? "last" : "none" },
    ...(jitterSeconds > 0 && { jitterSeconds }),
    ...given({ description: units.one("Unit", "Description") }),
  };
  return {
    line: 1,
    text: text.includes(ZONE_MARK) ? text : `${text.trimEnd()}\n${ZONE_MARK}${ownZone}`,
    givenName: timer,
    slug: slugify(timer) ?? "timer",
    settings,
    notes: [...notes, ...notesOf(units), ...crons.flatMap((cron) => warningsOf({ cron }))],
    ...(timeZone !== options.timeZone && { hasOwnZone: true }),
  };
}

function calendarsOf(units: Units): { crons: readonly string[]; timeZone?: string } {
  const calendars = units.all("Timer", "OnCalendar").map((line) => {
    const read = readCalendar(line);
    if (!read.ok) throw new Refused(`OnCalendar=${read.reason}`);
    return read;
  });
  if (calendars.length === 0) {
    const monotonic = MONOTONIC.find((name) => units.one("Timer", name) !== undefined);
    throw new Refused(
      monotonic === undefined
        ? "it has no OnCalendar="
        : `${monotonic}= counts from a boot or from the last run, which a schedule does not know: use a schedule with @every`,
    );
  }
  const zones = [...new Set(calendars.map(({ timeZone }) => timeZone))];
  if (zones.length > 1)
    throw new Refused("its OnCalendar= lines are in several time zones: make a timer of each");
  return { crons: calendars.map(({ cron }) => cron), ...given({ timeZone: zones[0] }) };
}

function jitterOf(units: Units): number {
  const text = units.one("Timer", "RandomizedDelaySec");
  if (text === undefined) return 0;
  const seconds = readSpan(text);
  if (seconds === undefined || !isJitter(seconds))
    throw new Refused(`RandomizedDelaySec=${text} is no delay that a schedule can have`);
  return seconds;
}

/** What is run, for `sh -c`: one after the other, as long as they succeed. */
function commandOf(units: Units, timer: string): { command: string; notes: readonly string[] } {
  if (units.all("Service", "ExecStart").length === 0) throw new Refused("its service has no ExecStart=");
  const notes: string[] = [];
  const lines = ["ExecStartPre", "ExecStart", "ExecStartPost"].flatMap((name) => units.all("Service", name));
  const commands = lines.map((line) => {
    const read = readExecLine(line, (word) => withSpecifiers(word, timer));
    if (!read.ok) throw new Refused(`${line}: ${read.reason}`);
    notes.push(...read.notes);
    return read.command;
  });
  return { command: commands.join(" && "), notes };
}

/** Of those that mean the unit; what means the machine is only known there. */
function withSpecifiers(text: string, timer: string): string {
  const [, prefix = timer, instance = ""] = /^([^@]*)@(.*)$/.exec(timer) ?? [];
  const known: Readonly<Record<string, string>> = {
    "%": "%",
    n: `${timer}.service`,
    N: timer,
    p: prefix,
    i: instance,
    I: instance,
  };
  return text.replaceAll(/%(.)/g, (all, letter: string) => {
    const value = known[letter];
    if (value === undefined)
      throw new Refused(`${all} in a command is only known to systemd: write what it stands for`);
    return value;
  });
}

function payloadOf(units: Units, command: string, { host, file, user, withSecrets }: ReadOptions): Payload {
  const isUsers = /\/systemd\/user(?:\/|$)|\/\.config\/systemd\//.test(file);
  const folder = units.one("Service", "WorkingDirectory")?.replace(/^-/, "");
  // A system's service runs as root and in / unless it says otherwise, a user's in that user's home.
  const cwd = folder === "~" ? undefined : (folder ?? (isUsers ? undefined : "/"));
  const runsAs = isUsers ? user : (units.one("Service", "User") ?? "root");
  const env: Record<string, string> = { PATH };
  for (const line of units.all("Service", "Environment")) {
    const pairs = readEnvironment(line);
    if (!pairs) throw new Refused("an Environment= of its service cannot be read");
    for (const [name, value] of pairs) env[name] = value;
  }
  const named = Object.entries(env).find(([name, value]) => isSecret(name, value))?.[0];
  const secret = named ?? secretIn(command);
  if (secret !== undefined && withSecrets !== true)
    throw new Refused(
      `${secret} looks like a secret, which would stand in the schedule for all to read: put it into a file on the machine (--env-file of the worker), or import it with --with-secrets`,
    );
  return { host, command, env, ...given({ user: runsAs, cwd }) };
}

function notesOf(units: Units): string[] {
  const notes: string[] = [];
  const left = units.names("Service").filter((name) => !TAKEN_OVER.test(name));
  if (left.length > 0) notes.push(`left out of its service: ${left.join(", ")}`);
  const conditions = units.names("Unit").filter((name) => /^(?:Condition|Assert)/.test(name));
  if (conditions.length > 0) notes.push(`left out, so it runs whatever they say: ${conditions.join(", ")}`);
  const monotonic = MONOTONIC.filter((name) => units.one("Timer", name) !== undefined);
  if (monotonic.length > 0) notes.push(`left out of its timer: ${monotonic.join(", ")}`);
  for (const file of units.all("Service", "EnvironmentFile"))
    notes.push(`EnvironmentFile=${file}: give it to the worker with --env-file`);
  return notes;
}
