import { signal } from "@preact/signals";
import type { Board } from "../api/types.ts";

/** How all is at once, as the frame asked for it last. */
export const board = signal<Board | undefined>(undefined);
