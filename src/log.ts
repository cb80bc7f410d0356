import type { LogEntry } from "./core/host/ports.ts";

/** One flat object a line: what `wrangler tail` and Workers Logs can filter by field. Never a token or a secret. */
export function log(entry: LogEntry): void {
  console.log(entry);
}
