import { signal } from "@preact/signals";
import type { Board } from "../api/types.ts";

/** How all is at once, as the frame asked for it last. */
export const board = signal<Board | undefined>(undefined);

let ask = () => {};

/** Who polls it says how it is asked for at once. */
export function setBoardAsk(now: () => void): void {
  ask = now;
}

/** Somebody changed something that it tells. */
export function askBoardNow(): void {
  ask();
}
