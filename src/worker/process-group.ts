import { readFileSync, readdirSync } from "node:fs";

const LOOK_MS = 25;

/** When a process began, in the kernel's words: with its id it names the process for good. Undefined where nobody tells. */
export function startOf(pid: number): string | undefined {
  return statOf(String(pid))?.start;
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly start: string | undefined;
}

function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before it may hold anything, parentheses too.
    const words = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: words[0] ?? "", group: Number(words[2]), start: words[19] };
  } catch {
    return undefined;
  }
}

/** Whether any process of a group lives; a dead one that its parent never asked after does not count. */
export function isGroupAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.some((pid) => {
      const stat = statOf(pid);
      return stat?.group === group && stat.state !== "Z" && stat.state !== "X";
    });
  } catch {
    return true;
  }
}

/** False when nobody is there to take it. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Ends a whole group: asks, and after a while does not ask any more. Resolves when nobody of it lives. */
export async function endGroup(group: number, killAfterMs: number): Promise<void> {
  signalGroup(group, "SIGTERM");
  const deadline = performance.now() + killAfterMs;
  while (isGroupAlive(group)) {
    if (performance.now() >= deadline) signalGroup(group, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
