import { SECOND_MS } from "../time.ts";
import {
  BOARD_PAUSE_MAX_MS,
  BOARD_PAUSE_MIN_MS,
  BOARD_PAUSE_QUICK_MS,
  BOARD_QUICK_EVERY_MS,
  BOARD_QUICK_TELLINGS,
  BOARD_TELLINGS_A_SECOND,
} from "../view-limits.ts";

interface Lately {
  readonly at: number;
  /** So many tellings of it may be followed by a short pause; grows with the time. */
  readonly quick: number;
}

/**
 * Who told something lately: the more they are, the longer each of them pauses. The first of each that was silent pause
 * shortly: somebody who starts one thing, or stores it, looks for it at once.
 */
export class Pauses {
  /** What they told last, the longest ago first. */
  private readonly lately = new Map<string, Lately>();

  /** How long a source that tells something now is to pause, in milliseconds. */
  note(source: string, now: number): number {
    const quick = this.quickOf(source, now);
    this.lately.delete(source);
    for (const [other, { at }] of this.lately) {
      if (at > now - BOARD_PAUSE_MAX_MS) break;
      this.lately.delete(other);
    }
    const isQuick = quick >= 1 && this.needed <= BOARD_PAUSE_QUICK_MS;
    this.lately.set(source, { at: now, quick: isQuick ? quick - 1 : quick });
    return isQuick ? BOARD_PAUSE_QUICK_MS : this.pauseMs;
  }

  forget(source: string): void {
    this.lately.delete(source);
  }

  /** How long a source pauses that tells much. */
  get pauseMs(): number {
    return Math.min(BOARD_PAUSE_MAX_MS, Math.max(BOARD_PAUSE_MIN_MS, this.needed));
  }

  private get needed(): number {
    return Math.ceil((this.lately.size / BOARD_TELLINGS_A_SECOND) * SECOND_MS);
  }

  private quickOf(source: string, now: number): number {
    const last = this.lately.get(source);
    if (!last) return BOARD_QUICK_TELLINGS;
    // A clock that was set back takes nothing away.
    const grown = Math.max(0, now - last.at) / BOARD_QUICK_EVERY_MS;
    return Math.min(BOARD_QUICK_TELLINGS, last.quick + grown);
  }
}
