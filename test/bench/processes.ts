import { type ChildProcess, fork } from "node:child_process";
import { existsSync, lstatSync, readFileSync, readdirSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { endTree } from "../../src/cli/local/processes.ts";

const TICKS_PER_SECOND = 100;
const SAMPLE_MS = 500;
const STOP_MS = 8000;

const started: ChildProcess[] = [];

/** Has a process ended with all others. */
export function stopLater(child: ChildProcess): ChildProcess {
  started.push(child);
  return child;
}

/** A file of this folder as a process that is talked to in messages. */
export function startHelper(file: string, env: Record<string, string>): ChildProcess {
  return stopLater(fork(join(import.meta.dirname, file), { env: { ...process.env, ...env } }));
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const isEnded = await Promise.race([
    exit.then(() => true),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), STOP_MS).unref()),
  ]);
  if (!isEnded && child.pid !== undefined) await endTree(child.pid);
}

export async function stopAll(): Promise<void> {
  for (const child of started.splice(0).toReversed()) await stopProcess(child);
}

export interface ProcessUse {
  readonly server_cpu_s: number | null;
  readonly mem_peak_mb: number | null;
}

/** CPU and memory of processes with all that they started; nulls where there is no /proc. */
export class ProcessMeter {
  private readonly roots: readonly number[];
  private timer: NodeJS.Timeout | undefined;
  private startSeconds = 0;
  private peak = 0;

  constructor(...roots: number[]) {
    this.roots = roots;
  }

  start(): void {
    if (!existsSync("/proc/self/stat")) return;
    this.peak = 0;
    this.startSeconds = this.sample();
    this.timer = setInterval(() => this.sample(), SAMPLE_MS);
    this.timer.unref();
  }

  stop(): ProcessUse {
    if (!this.timer) return { server_cpu_s: null, mem_peak_mb: null };
    clearInterval(this.timer);
    const seconds = this.sample() - this.startSeconds;
    return { server_cpu_s: round(seconds, 2), mem_peak_mb: round(this.peak, 0) };
  }

  /** Seconds of CPU so far; takes note of the memory. */
  private sample(): number {
    const used = treeOf(this.roots).flatMap((pid) => useOf(pid) ?? []);
    this.peak = Math.max(
      this.peak,
      used.reduce((sum, { megabytes }) => sum + megabytes, 0),
    );
    return used.reduce((sum, { seconds }) => sum + seconds, 0);
  }
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function treeOf(roots: readonly number[]): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(statOf(Number(name))[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const tree = [...roots];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function useOf(pid: number): { seconds: number; megabytes: number } | undefined {
  try {
    const fields = statOf(pid);
    const ticks = Number(fields[11]) + Number(fields[12]);
    // Shared pages are counted once among those who share them.
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]);
    return { seconds: ticks / TICKS_PER_SECOND, megabytes: kilobytes / 1024 };
  } catch {
    return undefined;
  }
}

/** Kilobytes on disk of a folder. */
export function diskUse(folder: string): number {
  if (!existsSync(folder)) return 0;
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    // Files come and go while the server works.
    const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile()) bytes += stat.blocks * 512;
  }
  return Math.round(bytes / 1024);
}
