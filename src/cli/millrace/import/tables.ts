import { isTimeZone } from "../../../core/schedule/timetable/zone.ts";
import { zoneProblem } from "../../../core/schedule/timetable/zone-names.ts";
import type { readCrontab } from "../../crontab/crontab.ts";
import type { ReadOptions, Table } from "../../crontab/job.ts";
import { withRunParts } from "../../crontab/run-parts.ts";
import { CRONTAB_BYTES, CRONTAB_LINES_MAX } from "../../../core/limits.ts";
import { UsageError } from "../../usage-error.ts";
import { readText } from "../input.ts";
import { isThisMachine, machineZone, scriptsOf } from "./machine.ts";

/** What of the command line says how files are read. */
export interface TableFlags {
  readonly host: string;
  readonly timeZone?: string | undefined;
  readonly user?: string | undefined;
  readonly system?: boolean | undefined;
  readonly dialect?: string | undefined;
  readonly withSecrets?: boolean | undefined;
  readonly expand?: boolean | undefined;
}

/** A file, read, with what it says. */
export interface TableFile {
  readonly table: Table;
  readonly text: string;
  readonly timeZone: string;
  readonly isSystem: boolean;
}

const SYSTEM = /(?:^|\/)etc\/(?:crontab$|cron\.d\/)/;
/** The user whose table it is, by the place where cron keeps it. */
const OF_USER = /^\/var\/(?:spool\/cron(?:\/crontabs|\/tabs)?|cron\/tabs)\/([^/]+)$/;

type Reader = typeof readCrontab;

/** Reads a table from a file, or from stdin with `-`; `load` gives what is to be read if that is more than the file. */
export function readTableFile(
  name: string,
  flags: TableFlags,
  reader: Reader,
  load: (name: string) => string = readLimited,
): TableFile {
  const text = load(name);
  const file = name === "-" ? "stdin" : name;
  const isSystem = flags.system === true || SYSTEM.test(file);
  if (isSystem && flags.user !== undefined)
    throw new UsageError(`${file} names a user in each line: --user is for a user's own table`);
  const { timeZone, notes: zoneNotes } = zoneOf(file, flags);
  const options: ReadOptions = {
    host: flags.host,
    file,
    timeZone,
    isSystem,
    ...(flags.user !== undefined && { user: flags.user }),
    ...(flags.dialect === "debian" && { isDebian: true }),
    ...(flags.withSecrets === true && { withSecrets: true }),
  };
  const read = reader(text, options);
  if (!read.ok) throw new UsageError(read.detail);
  const isHere = isThisMachine(file, flags.host);
  const table = isHere ? withRunParts(read.table, options, scriptsOf, flags.expand === true) : read.table;
  const notes = [...zoneNotes, ...table.notes, ...ownerNotes(file, flags)];
  return { table: { ...table, notes }, text, timeZone, isSystem };
}

export function readLimited(name: string): string {
  const text = readText(name);
  if (text.length > CRONTAB_BYTES)
    throw new UsageError(
      `${name} is longer than ${CRONTAB_BYTES} bytes: it is no crontab, or is to be split`,
    );
  if (text.split("\n").length > CRONTAB_LINES_MAX)
    throw new UsageError(`${name} has more than ${CRONTAB_LINES_MAX} lines: split it`);
  return text;
}

/** What was said, else the machine's zone if the file is this machine's; it is never guessed. */
export function zoneOf(
  file: string,
  { timeZone, host }: Pick<TableFlags, "host" | "timeZone">,
): { readonly timeZone: string; readonly notes: readonly string[] } {
  if (timeZone !== undefined) {
    if (!isTimeZone(timeZone)) throw new UsageError(`--time-zone: ${zoneProblem(timeZone)}`);
    return { timeZone, notes: [] };
  }
  if (!isThisMachine(file, host))
    throw new UsageError(
      `--time-zone is needed: in which zone is the clock of ${host}, such as Europe/Berlin?`,
    );
  const own = machineZone();
  return { timeZone: own, notes: [`times are in ${own}, the zone of this machine`] };
}

function ownerNotes(file: string, { user }: TableFlags): string[] {
  const owner = OF_USER.exec(file)?.[1];
  if (owner === undefined || user !== undefined) return [];
  return [
    `this is the table of ${owner}: its lines run as the worker's own user, unless you add --user ${owner}`,
  ];
}
