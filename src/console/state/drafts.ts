/** A definition that somebody is changing: it stays in this browser until it is stored or dropped. */
export interface Draft {
  /** The version that it began with; 0: none. */
  readonly base: number;
  readonly text: string;
  readonly savedAt: number;
}

/** No flow can be called this. */
export const NEW_FLOW = "*";

const PREFIX = "millrace.draft.";

export function draftOf(flow: string): Draft | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFIX + flow) ?? "null");
    return isDraft(kept) ? kept : undefined;
  } catch {
    // A browser that keeps nothing, or something else under this name.
    return undefined;
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== "object" || value === null) return false;
  return "base" in value && "savedAt" in value && "text" in value && typeof value.text === "string";
}

/** Whether the browser took it: it may keep nothing, or have no room. */
export function keepDraft(flow: string, draft: Draft): boolean {
  try {
    localStorage.setItem(PREFIX + flow, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(flow: string): void {
  try {
    localStorage.removeItem(PREFIX + flow);
  } catch {
    // It was not kept.
  }
}
