import { env } from "cloudflare:workers";
import type { LogEntry } from "./core/host/ports.ts";

/** Bugs of ours: they are shown even where ordinary lines are not. */
const BUGS: ReadonlySet<string> = new Set(["defect", "wakeFailed", "requestFailed", "tickFailed"]);

/** "bugs": nobody looks at the rest, and each line costs. */
const { LOG }: { readonly LOG?: string } = env;

/** One flat object a line: what `wrangler tail` and Workers Logs can filter by field. Never a token or a secret. */
export function log(entry: LogEntry): void {
  if (BUGS.has(entry.event)) console.error(entry);
  else if (LOG !== "bugs") console.log(entry);
}
