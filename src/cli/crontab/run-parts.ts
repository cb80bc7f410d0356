import { readCrontab } from "./crontab.ts";
import type { Job, ReadOptions, Table } from "./job.ts";

/** The scripts of a folder that run-parts would run, in their order; undefined if it cannot be read here. */
export type ScriptsOf = (folder: string) => readonly string[] | undefined;

const RUN_PARTS = /(?:\S*\/)?run-parts(?:\s+-[\w=.-]+)*\s+(\/[^\s;)}]+)/;
/** What run-parts takes, by its name. */
const SCRIPT = /^[A-Za-z0-9_-]+$/;

export function isScriptName(name: string): boolean {
  return SCRIPT.test(name);
}

/** Tells which scripts stand behind a line, or makes a line of each, as if it stood in the crontab. */
export function withRunParts(
  table: Table,
  options: ReadOptions,
  scriptsOf: ScriptsOf,
  expands: boolean,
): Table {
  const jobs = table.jobs.flatMap((job) => {
    const folder = RUN_PARTS.exec(job.settings.payload.command)?.[1];
    const scripts = folder === undefined ? undefined : scriptsOf(folder);
    if (folder === undefined || !scripts) return [job];
    if (!expands) return [{ ...job, notes: [...job.notes, noteOf(folder, scripts)] }];
    return scripts.flatMap((script) => jobFor(job, `${folder}/${script}`, options));
  });
  return { ...table, jobs };
}

function noteOf(folder: string, scripts: readonly string[]): string {
  const list = scripts.length === 0 ? "no scripts now" : scripts.join(", ");
  return `${folder} has ${list}; --expand makes a schedule of each`;
}

function jobFor(job: Job, script: string, options: ReadOptions): Job[] {
  const lines = job.text.split("\n");
  const own = lines.pop() ?? "";
  const text = [...lines, own.replace(RUN_PARTS, () => script)].join("\n");
  const read = readCrontab(text, { ...options, withSecrets: true });
  return read.ok ? read.table.jobs.map((one) => ({ ...one, line: job.line })) : [];
}
