import { parseJsonValue } from "../core/schema-words.ts";
import type { Report } from "../service/reports.ts";
import { queueFailure, queueSuccess } from "./contract/queues.ts";

/** A report as it came: if it cannot be read that is its own verdict, and the others are none the worse for it. */
export function readReport(value: unknown): Report & { readonly receipt?: string | undefined } {
  const isFailure = typeof value === "object" && value !== null && "error" in value;
  const parsed = parseJsonValue(isFailure ? queueFailure : queueSuccess, value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { invalid: [...(issue?.path.map(String) ?? []), issue?.message ?? ""].join(": ") };
}
