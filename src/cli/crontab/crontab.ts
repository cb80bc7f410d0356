import { given } from "../../core/given.ts";
import { type Result, reject } from "../../core/result.ts";
import { type Comment, readComment } from "./comments.ts";
import type { Job, Payload, ReadOptions, Refusal, Settings, Table } from "./job.ts";
import { splitAtPercent } from "./percent.ts";
import { secretIn } from "./secrets.ts";
import { simpleCommands } from "./shell-words.ts";
import { slugOf, slugify } from "./slug.ts";
import { type Surroundings, Variables, noteOf } from "./surroundings.ts";
import { type Times, readTimes } from "./times.ts";
import { readAssignment } from "./variables.ts";

/** What a line begins with once a schedule has taken its place: cron takes it for a comment. */
export const HANDED_OVER = "#millrace# ";

/** Users that no command is named after: a line that begins with one has a column for users. */
const USERS = new Set(["root", "www-data", "nobody", "postgres", "apache", "nagios", "munin"]);
const USER = /^[A-Za-z_][\w.-]*\$?$/;

/** A line with what stands around it. */
interface Context {
  readonly options: ReadOptions;
  readonly line: number;
  readonly text: string;
  readonly comments: readonly string[];
  readonly variables: Variables;
}

/**
 * Reads a crontab, of a user or of the system, in the words of all crons that are in use (spec: workers, section 3). What
 * cannot be read is refused with its place, and the rest is read. Rejects with `WrongTable` what has a column for users
 * where none was expected.
 */
export function readCrontab(text: string, options: ReadOptions): Result<{ table: Table }> {
  const jobs: Job[] = [];
  const refusals: Refusal[] = [];
  const notes = new Set<string>();
  const variables = new Variables();
  let comments: string[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/\r$/, "");
    if (line !== raw) notes.add("its lines end as on Windows: the carriage returns are left out");
    const isHandedOver = line.startsWith(HANDED_OVER);
    const own = isHandedOver ? line.slice(HANDED_OVER.length) : line;
    if (/^\s*#/.test(own)) {
      comments.push(own);
      continue;
    }
    const assignment = readAssignment(own);
    if (assignment) {
      const note = noteOf(assignment, options.isDebian === true);
      if (note !== undefined) notes.add(note);
      if (assignment.name !== "CRON_TZ" || options.isDebian !== true) variables.set(assignment, own);
    } else if (own.trim() !== "") {
      const read = readJob({ options, line: index + 1, text: own, comments, variables });
      if (!("settings" in read)) refusals.push(read);
      else jobs.push(isHandedOver ? { ...read, isHandedOver } : read);
    }
    comments = [];
  }
  const wrong = options.isSystem || options.user !== undefined ? undefined : jobs.find(hasUserColumn);
  if (wrong) return wrongTable(options.file, wrong);
  const { file, user } = options;
  return {
    ok: true,
    table: { file, jobs, refusals, notes: [...notes], ...(user !== undefined && { user }) },
  };
}

function hasUserColumn({ settings: { payload } }: Job): boolean {
  const [first = "", second = ""] = payload.command.split(/\s+/);
  return USERS.has(first) && /^[^-]/.test(second);
}

function wrongTable(file: string, { line, settings: { payload } }: Job) {
  const [user] = payload.command.split(/\s/, 1);
  return reject(
    "WrongTable",
    `${file}:${line}: the command begins with "${user}": if this is a table of the system with a column for users, add --system; if it is a user's own table, say whose with --user`,
  );
}

function readJob(context: Context): Job | Refusal {
  const { line, text, options } = context;
  const times = readTimes(text);
  if (!times.ok) {
    const { position, reason, end, cron } = times;
    const seen = end === undefined ? undefined : seenIn(context, end, cron);
    return { line, column: position + 1, reason, ...(seen && { seen }) };
  }
  const rest = readRest(text, times.end, options.isSystem);
  if ("reason" in rest) return { line, column: rest.position + 1, reason: rest.reason };
  const { surroundings } = context.variables;
  const split = splitAtPercent(rest.command);
  const secret = surroundings.secret ?? secretIn(rest.command);
  const problem =
    surroundings.problem ??
    (secret !== undefined && options.withSecrets !== true ? secretReason(secret) : undefined);
  if (problem !== undefined) {
    const seen = seenIn(context, times.end, times.cron);
    return { line, column: rest.position + 1, reason: problem, ...(seen && { seen }) };
  }
  return jobOf(context, times, { ...rest, ...split }, surroundings);
}

function secretReason(secret: string): string {
  return `${secret} looks like a secret, which would stand in the schedule for all to read: put it into a file on the machine (--env-file of the worker), or import it with --with-secrets`;
}

function seenIn(context: Context, end: number, cron: string | undefined): Refusal["seen"] {
  const rest = readRest(context.text, end, context.options.isSystem);
  if ("reason" in rest) return undefined;
  const { command } = splitAtPercent(rest.command);
  const { givenName } = readComment(context.comments);
  return { command, slug: slugFor(givenName, command), ...given({ givenName, cron }) };
}

interface Rest {
  readonly user?: string;
  readonly flags: string;
  readonly command: string;
  readonly position: number;
}

/** What stands behind the times: a user if there is a column for them, OpenBSD's flags, and the command. */
function readRest(
  text: string,
  end: number,
  isSystem: boolean,
): Rest | { readonly reason: string; readonly position: number } {
  let position = end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
  const [user = ""] = isSystem ? (/^\S+/.exec(text.slice(position)) ?? []) : [];
  if (isSystem && !USER.test(user))
    return { position, reason: `"${user}" is no user: a table of the system names one before each command` };
  if (isSystem) position += user.length + (/^\s*/.exec(text.slice(position + user.length))?.[0].length ?? 0);
  const [all = "", flags = ""] = /^((?:-[nqs]+\s+)+)/.exec(text.slice(position)) ?? [];
  position += all.length;
  const command = text.slice(position).trimEnd();
  // Of crons that know seconds; cron itself would run a file's name.
  if (/^\*(?:\/\d+)?\s/.test(command))
    return { position, reason: "a sixth field stands before the command: cron has five, without seconds" };
  if (command === "") return { position: text.trimEnd().length, reason: "there is no command" };
  return { position, command, flags, ...(isSystem && { user }) };
}

function jobOf(
  context: Context,
  times: Times,
  { command, stdin, flags, user = context.options.user }: Rest & { readonly stdin?: string },
  surroundings: Surroundings,
): Job {
  const { options, line, text, variables } = context;
  const { shell, cwd, env, notify, timeZone = options.timeZone } = surroundings;
  const { comment, lines, notes } = commentFor(context);
  const jitterSeconds = surroundings.jitterSeconds + (times.jitterSeconds ?? 0);
  const overlap = flags.includes("s") ? "skip" : "allow";
  const payload: Payload = { host: options.host, command, ...given({ shell, user, cwd, env, stdin }) };
  const settings: Settings = {
    cron: times.cron,
    timeZone,
    payload,
    overlap,
    catchUp: { mode: "none" },
    ...(jitterSeconds > 0 && { jitterSeconds }),
    ...given({ notify, description: comment.description }),
  };
  const zone = surroundings.timeZone === undefined ? [`CRON_TZ=${timeZone}`] : [];
  return {
    line,
    text: [...zone, ...variables.text, ...lines, text].join("\n"),
    slug: slugFor(comment.givenName, command),
    settings,
    notes: [...notes, ...times.notes, ...flagNotes(text, flags), ...commandNotes(command)],
    ...given({ givenName: comment.givenName }),
    ...(timeZone !== options.timeZone && { hasOwnZone: true }),
  };
}

/** What the comment says, and its lines if they say anything. */
function commentFor({ comments, options }: Context): {
  readonly comment: Comment;
  readonly lines: readonly string[];
  readonly notes: readonly string[];
} {
  const comment: Comment = readComment(comments);
  const hasSecret = options.withSecrets !== true && secretIn(comments.join("\n")) !== undefined;
  if (hasSecret)
    return { comment: {}, lines: [], notes: ["its comment looks like it holds a secret, and is left out"] };
  return { comment, lines: Object.keys(comment).length === 0 ? [] : comments, notes: [] };
}

function slugFor(givenName: string | undefined, command: string): string {
  return (givenName === undefined ? undefined : slugify(givenName)) ?? slugOf(command);
}

function flagNotes(text: string, flags: string): string[] {
  const notes: string[] = [];
  if (/^\s*-/.test(text)) notes.push("the leading - is left out: it keeps a line out of cron's log");
  if (/[nq]/.test(flags))
    notes.push(`${flags.trim()}: -n and -q are left out: no mail is sent, and the ledger tells each run`);
  return notes;
}

function commandNotes(command: string): string[] {
  const notes: string[] = [];
  const programs = simpleCommands(command).map(([program = ""]) => program);
  if (programs.some((program) => /(?:^|\/)flock$/.test(program)))
    notes.push(
      "flock is kept; `overlap: skip` would do the same, and the ledger would tell what was skipped",
    );
  if (/test -x \S*anacron \|\|/.test(command))
    notes.push("where anacron is installed this line does nothing: import its table, too (import anacron)");
  return notes;
}
