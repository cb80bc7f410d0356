import { RECENT_NONCES_MAX } from "../../core/limits.ts";

/** Nonces of reads that this isolate saw lately; when there are too many the older half of them is forgotten. */
let newer = new Set<string>();
let older = new Set<string>();

/** Whether a nonce was here before, as far as this isolate remembers; from now on it was. */
export function wasSeenLately(id: string): boolean {
  if (newer.has(id) || older.has(id)) return true;
  newer.add(id);
  if (newer.size >= RECENT_NONCES_MAX / 2) {
    older = newer;
    newer = new Set();
  }
  return false;
}
