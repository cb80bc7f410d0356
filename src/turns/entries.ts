import type * as z from "zod";
import { parseJsonValue } from "../core/schema-words.ts";
import type { Report } from "../service/reports.ts";
import type { Entry } from "../service/work.ts";
import { queueFailure, queueSuccess } from "../http/contract/queues.ts";

/** Entries of a list as they came: if one cannot be read that is its own verdict, and the others are none the worse for it. */
export function readEntries<T>(schema: z.ZodType<T>, values: readonly unknown[]): Entry<T>[] {
  return values.map((value) => readEntry(schema, value));
}

export function readReport(value: unknown): Report & { readonly receipt?: string | undefined } {
  const isFailure = typeof value === "object" && value !== null && "error" in value;
  const entry = isFailure ? readEntry(queueFailure, value) : readEntry(queueSuccess, value);
  return "value" in entry ? entry.value : entry;
}

function readEntry<T>(schema: z.ZodType<T>, value: unknown): Entry<T> {
  const parsed = parseJsonValue(schema, value);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { invalid: [...(issue?.path.map(String) ?? []), issue?.message ?? ""].join(": ") };
}
