export const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

export type EventName =
  | "started"
  | "taken"
  | "done"
  | "failed"
  | "stopped"
  | "gaveBack"
  | "lost"
  | "reportRefused"
  | "buried"
  | "unreachable"
  | "reachable"
  | "draining"
  | "resumed"
  | "ended"
  | "nameShared"
  | "warning"
  | "state";

/** What an entry is about, as far as it is known. */
export interface Subject {
  readonly queue?: string;
  readonly flow?: string | undefined;
  readonly execution?: string | undefined;
  readonly step?: string | undefined;
  readonly attempt?: number | undefined;
  readonly delivery?: number | undefined;
  readonly ms?: number;
  readonly code?: string;
  readonly error?: string;
  readonly detail?: string;
}

export type Log = (level: Level, event: EventName, subject?: Subject) => void;

interface Manner {
  readonly format: "text" | "json";
  readonly level: Level;
  readonly worker: string;
  readonly mask: Mask;
  readonly write: (line: string) => void;
}

/** The runner's own log. What a task says itself is never parsed into it. */
export function createLog({ format, level, worker, mask, write }: Manner): Log {
  return (at, event, subject = {}) => {
    if (LEVELS.indexOf(at) < LEVELS.indexOf(level)) return;
    const time = new Date().toISOString();
    const line =
      format === "json"
        ? JSON.stringify({ time, level: at, event, worker, ...subject })
        : inWords(time, at, event, subject);
    write(`${mask.text(line)}\n`);
  };
}

const TOKEN = /\bmr1\.[\w-]+\.[\w-]+\.[\w-]+/g;

/** Hides task tokens, and secrets, in what leaves the runner. */
export class Mask {
  private readonly secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    this.secrets = secrets;
  }

  text(text: string): string {
    return this.secrets
      .reduce((masked, secret) => masked.replaceAll(secret, "***"), text)
      .replace(TOKEN, "mr1.***");
  }

  /** The same bytes when there is nothing to hide, UTF-8 or not. */
  bytes(bytes: Buffer): Buffer {
    const isPlain = ["mr1.", ...this.secrets].every((secret) => !bytes.includes(secret));
    return isPlain ? bytes : Buffer.from(this.text(bytes.toString("utf8")));
  }
}

function inWords(time: string, level: Level, event: EventName, subject: Subject): string {
  const { ms, code, error, detail } = subject;
  const words = [time.slice(11, 19), level.toUpperCase(), event, named(subject)];
  if (ms !== undefined) words.push(`in ${(ms / 1000).toFixed(1)}s`);
  words.push(code, error, detail);
  return words
    .filter((word) => word !== undefined && word !== "")
    .join(" ")
    .replaceAll("\n", "\\n");
}

/** `nightly/backup#1 of nightly-20261126T023000Z`. */
function named({ queue, step, attempt, execution }: Subject): string | undefined {
  if (queue === undefined) return undefined;
  const task = step === undefined ? "" : `/${step}${attempt === undefined ? "" : `#${attempt}`}`;
  return `${queue}${task}${execution === undefined ? "" : ` of ${execution}`}`;
}
