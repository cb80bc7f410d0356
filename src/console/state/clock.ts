import { signal } from "@preact/signals";

/** Milliseconds, each second anew while the tab is visible. To be read only in the leaf that prints it. */
export const now = signal(Date.now());

const TICK_MS = 1000;

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, TICK_MS);
