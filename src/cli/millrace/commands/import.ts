import { hostname } from "node:os";
import { readAnacrontab } from "../../crontab/anacron.ts";
import { COMMAND_FLOW } from "../../crontab/command-flow.ts";
import { allowLine } from "../../../worker/payload.ts";
import { readCrontab } from "../../crontab/crontab.ts";
import { readUnits } from "../../crontab/systemd/systemd.ts";
import type { Client } from "../../client.ts";
import { UsageError } from "../../usage-error.ts";
import { command, group } from "../command.ts";
import { ejectLine } from "../import/eject.ts";
import { FolderTarget } from "../import/folder-target.ts";
import { type Wanted, importTables } from "../import/import-tables.ts";
import { IMPORT_CALLS, ServiceTarget } from "../import/service-target.ts";
import { type TableFile, readLimited, readTableFile } from "../import/tables.ts";
import { loadUnits } from "../import/unit-files.ts";
import type { Said } from "../output.ts";

type Flags = Readonly<Record<string, unknown>>;

const FLAGS = [
  [
    "--host <name>",
    "the machine whose crontab it is, as its worker is named; this machine's name by default",
  ],
  ["--time-zone <zone>", "the zone of its clock; this machine's if the file is this machine's"],
  ["--dry-run", "only say what would be done"],
  ["--enable", "let the schedules fire at once, and those that wait since they were imported"],
  [
    "--cutover",
    "print the crontab without the imported lines, and let those fire that are out of the installed one",
  ],
  ["--prune", "delete schedules whose lines are gone, which are paused otherwise"],
  ["--force", "overwrite what was changed by hand"],
  ["--to <folder>", "write files for `millrace apply` into a folder, and call nothing"],
  ["--flow <name>", `the flow that runs the lines ("${COMMAND_FLOW}" by default)`],
  ["--user <name>", "whose table it is, and who runs its commands"],
  ["--system", "each line names a user, as in /etc/crontab and /etc/cron.d, where it is known without it"],
  ["--dialect <name>", "of cron: debian knows no CRON_TZ"],
  ["--with-secrets", "take over what looks like a secret, for all to read who may see schedules"],
  ["--expand", "make a schedule of each script that run-parts would run"],
  ["--eject <name>", "write a flow and a schedule of its own for one line, as files for `millrace apply`"],
  ["--print-allow", "print what the worker's --allow file has to hold, and call nothing"],
] as const;

const crontab = command({
  usage: "crontab <files...>",
  calls: IMPORT_CALLS,
  summary: "Make a schedule of each line of a crontab, or bring earlier ones up to date",
  args: { files: "crontabs; - for stdin" },
  flags: FLAGS,
  examples: [
    "import crontab /etc/crontab /etc/cron.d/* --dry-run",
    "crontab -l | npx millrace import crontab - --host north --time-zone Europe/Berlin",
    "import crontab north.crontab --host north --time-zone Europe/Berlin --to crontabs",
    "import crontab backup.crontab --user backup --cutover | crontab -u backup -",
  ],
  run: (call) => runImport(call, readCrontab),
});

/** Those that say nothing of crontabs alone. */
const ANACRON_FLAGS = FLAGS.filter(([flags]) => !/^--(?:cutover|system|dialect|expand)\b/.test(flags));

const anacron = command({
  usage: "anacron <files...>",
  calls: IMPORT_CALLS,
  summary:
    "Make a schedule of each line of an anacrontab; what a machine misses is made up for once, as anacron does",
  args: { files: "anacrontabs; - for stdin" },
  flags: ANACRON_FLAGS,
  examples: ["import anacron /etc/anacrontab --dry-run"],
  run: (call) => runImport(call, readAnacrontab),
});

const systemd = command({
  usage: "systemd <timers...>",
  calls: IMPORT_CALLS,
  summary: "Make a schedule of each timer of systemd, with what its service runs",
  args: { timers: "files of timers (UNIT.timer)" },
  flags: ANACRON_FLAGS,
  examples: [
    "import systemd /etc/systemd/system/backup.timer --dry-run",
    "import systemd units/*.timer --host north --time-zone Europe/Berlin",
  ],
  run: (call) => runImport(call, readUnits, loadUnits),
});

interface ImportCall {
  readonly client: Client;
  readonly many: readonly string[];
  readonly flags: Flags;
}

async function runImport(
  call: ImportCall,
  reader: typeof readCrontab,
  load: (name: string) => string = readLimited,
): Promise<Said> {
  const { many, flags } = call;
  const wanted = wantedFrom(flags);
  const files = many.map((name) => readTableFile(name, wanted.options, reader, load));
  if (flags.printAllow === true) return sayAllow(files);
  if (wanted.isCutover && files.length !== 1)
    throw new UsageError("--cutover prints one crontab: name one file");
  const { folder, flow } = wanted;
  // A client only for a service: who writes files needs none.
  const target = folder === undefined ? new ServiceTarget(call.client, flow) : new FolderTarget(folder, flow);
  const eject = textOf(flags.eject);
  return eject === undefined ? importTables(files, wanted, target) : ejectLine(files, eject, wanted, target);
}

function wantedFrom(flags: Flags): Wanted {
  return {
    flow: textOf(flags.flow) ?? COMMAND_FLOW,
    folder: textOf(flags.to),
    isDry: flags.dryRun === true,
    isEnabled: flags.enable === true,
    isCutover: flags.cutover === true,
    isForced: flags.force === true,
    isPruned: flags.prune === true,
    options: {
      host: textOf(flags.host) ?? hostname(),
      timeZone: textOf(flags.timeZone),
      user: textOf(flags.user),
      dialect: dialectOf(flags),
      system: flags.system === true,
      withSecrets: flags.withSecrets === true,
      expand: flags.expand === true,
    },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const DIALECTS = ["debian", "cronie", "openbsd", "freebsd"];

function dialectOf({ dialect }: Flags): string | undefined {
  const name = textOf(dialect);
  if (name !== undefined && !DIALECTS.includes(name))
    throw new UsageError(`--dialect takes ${DIALECTS.join(", ")}, not "${name}"`);
  return name;
}

function sayAllow(files: readonly TableFile[]): Said {
  const payloads = files.flatMap(({ table }) => table.jobs.map(({ settings }) => settings.payload));
  const lines = [...new Set(payloads.map(allowLine))];
  return { json: lines.map((line): unknown => JSON.parse(line)), text: () => lines.join("\n") };
}

export const importCommands = group("import", "Make schedules of what other schedulers have", [
  crontab,
  anacron,
  systemd,
]);
