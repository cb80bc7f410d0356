import { HANDED_OVER } from "./crontab.ts";
import type { Job } from "./job.ts";

/** A job's own line, as it stands in its file. */
export function ownLine({ text }: Job): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}

/** A crontab in which lines are comments whose schedules are to take their place; their number is theirs in the text. */
export function handedOver(text: string, lines: ReadonlySet<number>): string {
  return text
    .split("\n")
    .map((line, index) =>
      lines.has(index + 1) && !line.startsWith(HANDED_OVER) ? `${HANDED_OVER}${line}` : line,
    )
    .join("\n");
}

/** Whether cron has let a line go: it stands in its crontab, as a comment that an import made of it. */
export function isLetGo(job: Job, installed: string): boolean {
  const line = ownLine(job);
  const lines = new Set(installed.split("\n").map((one) => one.replace(/\r$/, "")));
  return lines.has(`${HANDED_OVER}${line}`) && !lines.has(line);
}
