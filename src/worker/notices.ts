import { CLOCK_OFF_MS } from "./limits.ts";
import type { Log } from "./log.ts";

const DAY_MS = 86_400_000;

/** Looks at answers for what a person should know. */
export function watchHeaders(version: string, log: Log) {
  let toldAt = -Infinity;
  let hasToldClock = false;
  return (headers: Readonly<Record<string, string | string[] | undefined>>) => {
    const served = headers["x-millrace-version"];
    if (typeof served === "string" && isNewer(served, version) && performance.now() - toldAt > DAY_MS) {
      toldAt = performance.now();
      log("info", "warning", {
        detail: `the service has version ${served} of this program, which is ${version}`,
      });
    }
    const off = typeof headers.date === "string" ? Date.parse(headers.date) - Date.now() : 0;
    if (Math.abs(off) > CLOCK_OFF_MS && !hasToldClock) {
      hasToldClock = true;
      log("warn", "warning", {
        detail: `this machine's clock differs from the service's by ${Math.round(-off / 1000)} s`,
      });
    }
  };
}

function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.split(".").map(Number));
  const at = (a ?? []).findIndex((part, position) => part !== b?.[position]);
  return at !== -1 && (a?.[at] ?? 0) > (b?.[at] ?? 0);
}
