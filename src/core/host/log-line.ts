import type { LogEntry } from "./ports.ts";

/** An entry of the log as one line of JSON; `now` is its time. What steers terminals or ends lines is escaped. */
export function logLine({ event, ...rest }: LogEntry, now: number): string {
  const text = JSON.stringify({ time: new Date(now).toISOString(), event, ...rest });
  return text.replaceAll(/[\u007F-\u009F\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
