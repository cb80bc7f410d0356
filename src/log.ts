import { env } from "cloudflare:workers";
import type { LogEntry } from "./core/host/ports.ts";
import { logLine } from "./core/host/log-line.ts";

/** Internal errors: they are shown even where ordinary lines are not. */
const BUGS: ReadonlySet<string> = new Set(["defect", "wakeFailed", "requestFailed", "tickFailed"]);

/** "bugs": nobody looks at the rest, and each line costs. */
const { LOG }: { readonly LOG?: string } = env;

/** One flat JSON object a line, which Workers Logs reads and filters by field. Never a token or a secret. */
export function log(entry: LogEntry): void {
  if (BUGS.has(entry.event)) console.error(logLine(entry, Date.now()));
  else if (LOG !== "bugs") console.log(logLine(entry, Date.now()));
}
