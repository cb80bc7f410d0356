import { logLine } from "../../core/host/log-line.ts";
import { isJsonObject } from "../../core/json.ts";

/**
 * A line of workerd's output as one of the log, which is one JSON object a line: what the Worker wrote as such is there
 * with its fields, all else is a `message`. `readable` puts places of the sources where those of the built code are.
 */
export function runtimeLine(line: string, now: number, readable: (message: string) => string): string {
  const { level = "error", message = line, timestamp = now } = parse(line) ?? {};
  const text = readable(String(message));
  const entry = parse(text);
  // Nothing of it is to be escaped: the Worker has done that.
  if (entry) return JSON.stringify({ ...entry, level });
  return logLine({ event: "runtime", level: String(level), message: text }, Number(timestamp) || now);
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
