import { tookParts } from "../model/took.ts";
import type { Tone } from "../model/states.ts";

export interface TookBarProps {
  readonly tookMs: number;
  readonly usualMs?: number | undefined;
  readonly tone: Tone;
}

/** How long something took against what is usual, which a mark shows; the time must stand beside it. */
export function TookBar({ tookMs, usualMs, tone }: TookBarProps) {
  const parts = tookParts(tookMs, usualMs);
  if (!parts) return null;
  return (
    <span class="took-bar" aria-hidden="true">
      <span class={`filled mark-${tone}`} style={{ width: `${100 * parts.filled}%` }} />
      {parts.mark !== undefined && <span class="usual" style={{ left: `${100 * parts.mark}%` }} />}
    </span>
  );
}
