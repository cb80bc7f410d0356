import { type AttemptLog, cutLog } from "../core/engine/logs.ts";
import type { TaskAttempt } from "../core/engine/state/task-ref.ts";
import { LOGS_SHOWN_BYTES, WORKERS_MAX } from "../core/limits.ts";
import type { LogQuery } from "../core/execution-views.ts";
import type { ExecutionBeat } from "../core/objects.ts";
import { utf8Length } from "../core/text.ts";

/** What signs of life brought of logs, as long as the object is in memory: the report brings all that is kept. */
export class LiveLogs {
  private readonly logs = new Map<string, AttemptLog>();

  note({ path, attempt, log: text }: ExecutionBeat): void {
    if (text === undefined) return;
    const key = keyOf({ path, attempt });
    this.logs.delete(key);
    this.logs.set(key, { path, attempt, text });
    const [oldest] = this.logs.keys();
    if (oldest !== undefined && this.logs.size > WORKERS_MAX) this.logs.delete(oldest);
  }

  /** Those of attempts that have no log yet. */
  besides(kept: ReadonlySet<string>): AttemptLog[] {
    return Array.from(this.logs).flatMap(([key, log]) => (kept.has(key) ? [] : log));
  }
}

function keyOf({ path, attempt }: TaskAttempt): string {
  return `${attempt} ${path}`;
}

/** Of each step path: bytes of what is kept of its logs, and of how many attempts. */
export function countLogs(kept: Iterable<AttemptLog>): Map<string, { bytes: number; attempts: number }> {
  const counts = new Map<string, { bytes: number; attempts: number }>();
  for (const { path, text } of kept) {
    const { bytes, attempts } = counts.get(path) ?? { bytes: 0, attempts: 0 };
    counts.set(path, { bytes: bytes + utf8Length(text), attempts: attempts + 1 });
  }
  return counts;
}

/** Logs as a person reads them: of one attempt as it is, of several each under a line that names it. */
export function tellLogs(kept: Iterable<AttemptLog>, live: LiveLogs, { step, attempt }: LogQuery): string {
  const isMeant = (log: AttemptLog) =>
    (step === undefined || log.path === step) && (attempt === undefined || log.attempt === attempt);
  const found = Array.from(kept).filter(isMeant);
  const keys = new Set(found.map(keyOf));
  const all = [...found, ...live.besides(keys).filter(isMeant)];
  if (step !== undefined && attempt !== undefined) return all.map(({ text }) => text).join("");
  return joined(all);
}

function joined(logs: readonly AttemptLog[]): string {
  let text = "";
  let bytes = 0;
  for (const [nth, log] of logs.entries()) {
    const part = `== ${log.path}#${log.attempt}\n${cutLog(log.text)}${log.text.endsWith("\n") ? "" : "\n"}`;
    bytes += utf8Length(part);
    if (bytes > LOGS_SHOWN_BYTES) return `${text}== ${logs.length - nth} more logs: ask for one step\n`;
    text += part;
  }
  return text;
}
