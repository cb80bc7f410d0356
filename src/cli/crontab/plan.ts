import { given } from "../../core/given.ts";
import { changesBetween } from "./fields.ts";
import type { Job, Refusal, Source, Table } from "./job.ts";
import { type Recognised, matchLines } from "./match.ts";
import { scheduleName } from "./names.ts";
import type { PlanStep } from "./plan-step.ts";

/** A schedule as the service has it. */
export interface Stored {
  readonly name: string;
  readonly enabled: boolean;
  readonly pauseReason?: string | undefined;
  /** All that it says of itself. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of which line it was made, if it was. */
  readonly source?: Source;
  readonly host?: string;
}

export interface PlanOptions {
  readonly host: string;
  /** Whose schedules fire at once, if they are new or wait since their import. */
  readonly enables: (job: Job) => boolean;
  /** What was changed by hand is changed back. */
  readonly force: boolean;
  /** Schedules whose lines are gone are deleted, not paused. */
  readonly prune: boolean;
  /** How a line is read that an earlier import has kept. */
  readonly reread: (stored: Stored) => Job | undefined;
}

/** What the reason of a pause begins with once its line is gone. */
export const GONE = "gone from";

/**
 * What is to be done so that a host's schedules say what its tables say. Schedules of other files, users and hosts are not
 * looked at, nor are those that no import made.
 */
export function planImport(
  tables: readonly Table[],
  stored: readonly Stored[],
  options: PlanOptions,
): PlanStep[] {
  const taken = new Set(stored.map(({ name }) => name));
  return tables.flatMap((table) => planTable(table, stored, taken, options));
}

interface Line extends Recognised {
  readonly job?: Job;
  readonly refusal?: Refusal;
}

interface Known extends Recognised {
  readonly stored: Stored;
  readonly before: Job | undefined;
}

function planTable(
  table: Table,
  stored: readonly Stored[],
  taken: Set<string>,
  options: PlanOptions,
): PlanStep[] {
  const known = knownOf(table, stored, options);
  const lines = linesOf(table);
  const found = matched(lines, known);
  const steps = lines.flatMap((line) => {
    const old = found.get(line);
    if (line.refusal) return [refused(table.file, line.refusal, old)];
    if (!line.job) return [];
    return [
      old
        ? existing(table.file, line.job, old, options)
        : created(table, line.job, { stored, taken }, options),
    ];
  });
  const kept = new Set(found.values());
  const gone = known.filter((one) => !kept.has(one));
  const mayBeUnread = table.refusals.some(({ seen }) => seen === undefined);
  return [...steps, ...gone.map((one) => goneStep(one, table.file, options.prune, mayBeUnread))];
}

function knownOf({ file, user }: Table, stored: readonly Stored[], { host, reread }: PlanOptions): Known[] {
  return stored
    .filter((one) => one.host === host && one.source?.file === file && one.source.user === user)
    .toSorted((one, other) => (one.source?.line ?? 0) - (other.source?.line ?? 0))
    .map((one) => {
      const before = reread(one);
      return { stored: one, before, ...(before ? recognised(before) : { slug: "", command: "" }) };
    });
}

function recognised({ givenName, slug, settings }: Job): Recognised {
  const { cron, payload } = settings;
  return { slug, command: payload.command, cron: JSON.stringify(cron), ...given({ givenName }) };
}

function linesOf({ jobs, refusals }: Table): Line[] {
  const read = jobs.map((job): Line => ({ job, ...recognised(job) }));
  const unread = refusals.map((refusal): Line => ({ refusal, ...seenIn(refusal) }));
  return [...read, ...unread].toSorted((one, other) => numberOf(one) - numberOf(other));
}

function seenIn({ seen }: Refusal): Recognised {
  if (!seen) return { slug: "", command: "" };
  return { ...seen, ...(seen.cron !== undefined && { cron: JSON.stringify(seen.cron) }) };
}

function numberOf({ job, refusal }: Line): number {
  return job?.line ?? refusal?.line ?? 0;
}

/** Lines that can be read come first; what an unreadable one was before is not gone. */
function matched(lines: readonly Line[], known: readonly Known[]): Map<Line, Known> {
  const found = matchLines(
    known,
    lines.filter(({ job }) => job),
  );
  const taken = new Set(found.values());
  const unread = matchLines(
    known.filter((one) => !taken.has(one)),
    lines.filter(({ refusal }) => refusal),
  );
  return new Map([...found, ...unread]);
}

interface Around {
  readonly stored: readonly Stored[];
  /** Names that are in use. */
  readonly taken: Set<string>;
}

function created({ file }: Table, job: Job, { stored, taken }: Around, options: PlanOptions): PlanStep {
  const { host, enables } = options;
  const name = scheduleName(host, job.slug, taken);
  taken.add(name);
  const twin = stored.find((one) => one.host === host && one.source?.file !== file && isSameWork(one, job));
  return { sign: "+", name, file, job, enabled: enables(job), ...given({ twin: twin?.name }) };
}

/** Of another file, so perhaps of a copy of this one. */
function isSameWork({ fields }: Stored, { settings: { cron, payload } }: Job): boolean {
  const { payload: other } = fields;
  const isObject = typeof other === "object" && other !== null;
  return isObject && "command" in other && other.command === payload.command && fields.cron === cron;
}

function existing(file: string, job: Job, { stored, before }: Known, options: PlanOptions): PlanStep {
  const { name, source } = stored;
  const line = { name, file, job };
  const wanted = changesBetween(stored.fields, { ...job.settings });
  const byHand = before ? changesBetween({ ...before.settings }, stored.fields) : wanted;
  if (wanted.length > 0 && byHand.length > 0 && !options.force)
    return { ...line, sign: "!", kind: "conflict", changes: byHand };
  const changes =
    wanted.length === 0 && source?.text !== job.text
      ? [{ field: "payload.source.text", before: source?.text, after: job.text }]
      : wanted;
  const enables = isToBeEnabled(stored, options.enables(job));
  if (changes.length === 0 && !enables) return { ...line, sign: "=" };
  return { ...line, sign: "~", changes, enables };
}

/** What somebody paused stays so, unless it was an import that did, or nobody ever let it fire. */
function isToBeEnabled({ enabled, pauseReason }: Stored, isWanted: boolean): boolean {
  if (enabled) return false;
  return pauseReason === undefined ? isWanted : pauseReason.startsWith(GONE);
}

function refused(file: string, refusal: Refusal, old: Known | undefined): PlanStep {
  const name = old && { name: old.stored.name };
  return { sign: "!", kind: "refused", file, refusal, ...name };
}

function goneStep({ stored }: Known, file: string, prune: boolean, mayBeUnread: boolean): PlanStep {
  const { name, enabled, source } = stored;
  const rest = enabled ? "pause" : "none";
  const action = prune ? "delete" : rest;
  return {
    sign: "-",
    name,
    file,
    line: source?.line ?? 0,
    action: mayBeUnread ? "none" : action,
    mayBeUnread,
  };
}
