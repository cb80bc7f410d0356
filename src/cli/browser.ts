import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser that the console is tried in; undefined when the machine has none. */
export function findBrowser(): string | undefined {
  const { CHROMIUM } = process.env;
  return CHROMIUM ?? PLACES.find((place) => existsSync(place));
}
