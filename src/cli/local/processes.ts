import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { UsageError } from "../usage-error.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Command and environment, as far as this user may see them. */
  readonly text: string;
}

/** A runner that was told to end may need this long. */
export const OWNER_LOOKS = 20;
export const OWNER_LOOK_MS = 250;

/** Marks the processes of a service with the state they work on: workerd's own command line does not tell. */
export const STATE_VARIABLE = "MILLRACE_STATE";

function processes(): Process[] {
  return existsSync("/proc/self/environ") ? fromProc() : fromPs();
}

function fromProc(): Process[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      const text = ["cmdline", "environ"]
        .map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8"))
        .join("\0");
      return [{ pid: Number(pid), parent: Number(parent), text: text.replaceAll("\0", " ") }];
    } catch {
      // It has ended meanwhile, or belongs to someone else.
      return [];
    }
  });
}

function fromPs(): Process[] {
  const text = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,ppid=,command="], { encoding: "utf8" });
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), text: match[3] ?? "" }] : [];
  });
}

/**
 * Ends what a killed runner left behind on the same state: two services on one state would spoil it. A service whose
 * runner lives is left alone, and after a while in which it could have ended the start is refused.
 */
export async function endLeftovers(state: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const owner = await endOrphans(state);
    if (owner === undefined) return;
    if (tries >= OWNER_LOOKS) {
      throw new UsageError(`the data folder is in use by a running service (process ${owner}): end it first`);
    }
    await pause(OWNER_LOOK_MS);
  }
}

/** Ends what works on a state without a runner; gives the runner if there is one. */
export async function endOrphans(state: string): Promise<number | undefined> {
  const all = processes();
  const onState = all.filter(({ text }) => ` ${text} `.includes(` ${STATE_VARIABLE}=${state} `));
  const owner = ownerOf(all, onState);
  if (owner === undefined) await endAll(onState.map(({ pid }) => pid));
  return owner;
}

/** The runner that a service belongs to, if it lives. */
function ownerOf(all: readonly Process[], onState: readonly Process[]): number | undefined {
  const owners = onState.map(({ parent }) => all.find(({ pid }) => pid === parent));
  return owners.find((owner) => owner && !onState.includes(owner) && owner.text.includes("cli/main.ts"))?.pid;
}

/** Ends a process with all that it started. */
export async function endTree(pid: number): Promise<void> {
  const all = processes();
  const tree = [pid];
  for (const root of tree)
    tree.push(...all.filter(({ parent }) => parent === root).map((child) => child.pid));
  await endAll(tree);
}

async function endAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) kill(pid, "SIGKILL");
  while (pids.some((pid) => kill(pid, 0))) await pause(20);
}

function kill(pid: number, signal: "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // It has ended already.
    return false;
  }
}
