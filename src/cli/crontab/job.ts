/** What a worker with `--run-commands` gets, and does as cron would have done it. */
export interface Payload {
  /** The name of the worker that runs it. */
  readonly host: string;
  readonly command: string;
  /** Of `SHELL`; `/bin/sh` by default. */
  readonly shell?: string;
  /** Who runs it; the worker's own user by default. */
  readonly user?: string;
  /** Of `HOME`; the user's home by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands behind the first `%`. */
  readonly stdin?: string;
}

/** What of a schedule a line decides; all else of it is whoever's who sets it. */
export interface Settings {
  readonly cron: string | readonly string[];
  readonly timeZone: string;
  readonly payload: Payload;
  readonly overlap: "allow" | "skip";
  readonly catchUp: { readonly mode: "none" | "last" };
  readonly jitterSeconds?: number;
  readonly notify?: { readonly on: readonly ["failed", "missed"] };
  readonly description?: string;
}

/** A line of a table, and the schedule that it is to become. */
export interface Job {
  /** Of its file, from 1 on. */
  readonly line: number;
  /** All of the file that decides about it: read alone, it gives the same job. */
  readonly text: string;
  /** From a comment such as `# name: backup`. */
  readonly givenName?: string;
  /** What its schedule's name ends with. */
  readonly slug: string;
  readonly settings: Settings;
  /** What a person should know about this line. */
  readonly notes: readonly string[];
  /** Its line is a comment by now: a schedule has taken its place. */
  readonly isHandedOver?: boolean;
  /** Its times are in another zone than those of the lines around it. */
  readonly hasOwnZone?: boolean;
}

/** A line that becomes nothing. */
export interface Refusal {
  readonly line: number;
  /** From 1 on. */
  readonly column: number;
  /** Why, and what to do. */
  readonly reason: string;
  /** As far as it could be read: the schedule that an earlier import made of it stays. */
  readonly seen?: Pick<Job, "givenName" | "slug"> & { readonly command: string; readonly cron?: string };
}

/** One file, read. */
export interface Table {
  readonly file: string;
  /** Whose table it is, if that was said. */
  readonly user?: string;
  readonly jobs: readonly Job[];
  readonly refusals: readonly Refusal[];
  /** About the file as a whole. */
  readonly notes: readonly string[];
}

/** By which a later import finds a schedule again. */
export interface Source {
  readonly file: string;
  /** Whose table it was, if that was said. */
  readonly user?: string;
  readonly line: number;
  readonly text: string;
}

/** How a file is read. */
export interface ReadOptions {
  readonly host: string;
  readonly file: string;
  readonly timeZone: string;
  /** Whose table it is, and who runs its commands. */
  readonly user?: string;
  /** It has a column for users, as `/etc/crontab` has. */
  readonly isSystem: boolean;
  /** Debian's cron knows no `CRON_TZ`. */
  readonly isDebian?: boolean;
  /** Passwords may be taken over as they stand. */
  readonly withSecrets?: boolean;
}
