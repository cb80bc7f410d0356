import { ApiError } from "../client.ts";

export const REPLACE = ["--replace", "what is not given gets its default again, instead of staying"] as const;

type Settings = Readonly<Record<string, unknown>>;

/** What is there, or nothing if it is refused with this code. */
export async function orNone<T>(answer: Promise<T>, code: string): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === code) return undefined;
    throw error;
  }
}

/** What is different of what can be set, a line each: what it was, and what it is now. */
export function changeNotes(
  names: readonly string[],
  before: Settings | undefined,
  after: Settings,
): string[] {
  if (!before) return [];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed.length === 0) return ["nothing was changed"];
  return changed.map((name) => `changed ${name}: ${said(before[name])} -> ${said(after[name])}`);
}

function said(value: unknown): string {
  return value === undefined ? "(default)" : JSON.stringify(value);
}
