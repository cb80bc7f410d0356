import { SECOND_MS } from "../time.ts";
import { BOARD_PAUSE_MAX_MS, BOARD_PAUSE_MIN_MS, BOARD_TELLINGS_A_SECOND } from "../view-limits.ts";

/** Who told something lately: the more they are, the longer each of them pauses. */
export class Pauses {
  /** When they told something, the longest ago first. */
  private readonly lately = new Map<string, number>();

  note(source: string, now: number): void {
    this.lately.delete(source);
    this.lately.set(source, now);
    for (const [other, at] of this.lately) {
      if (at > now - BOARD_PAUSE_MAX_MS) break;
      this.lately.delete(other);
    }
  }

  forget(source: string): void {
    this.lately.delete(source);
  }

  get pauseMs(): number {
    const needed = (this.lately.size / BOARD_TELLINGS_A_SECOND) * SECOND_MS;
    return Math.min(BOARD_PAUSE_MAX_MS, Math.max(BOARD_PAUSE_MIN_MS, Math.ceil(needed)));
  }
}
