/** A folder belongs to one living process; what a dead one left behind counts for nothing. */
import { linkSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startOf } from "./process-group.ts";

const NAME = /^lock\.(\d+)$/;

/**
 * Takes a folder; false when a living process has it. Locks are numbered: the highest counts, a dead one is followed by
 * the next number, and nobody ever takes away what might be a living one's.
 */
export function takeLock(folder: string): boolean {
  const highest = numbers(folder)[0];
  if (highest !== undefined && isHeld(join(folder, `lock.${highest}`))) return false;
  const number = (highest ?? 0) + 1;
  if (!create(folder, number)) return false;
  // Somebody who was slow may come with a number that is long over.
  if (numbers(folder)[0] !== number) {
    rmSync(join(folder, `lock.${number}`), { force: true });
    return false;
  }
  for (const old of numbers(folder).slice(1)) rmSync(join(folder, `lock.${old}`), { force: true });
  return true;
}

/** The process that has a folder, or had it last. */
export function lockOwner(folder: string): number | undefined {
  const [highest] = numbers(folder);
  return highest === undefined ? undefined : ownerOf(join(folder, `lock.${highest}`))?.pid;
}

/** Lets go of a folder that this process has. */
export function releaseLock(folder: string): void {
  for (const number of numbers(folder)) {
    const file = join(folder, `lock.${number}`);
    if (ownerOf(file)?.pid === process.pid) rmSync(file, { force: true });
  }
}

function numbers(folder: string): number[] {
  const found = readdirSync(folder)
    .map((name) => Number(NAME.exec(name)?.[1]))
    .filter((number) => number > 0);
  // oxlint-disable-next-line unicorn/no-array-sort -- Node 18 has no other
  return found.sort((a, b) => b - a);
}

function create(folder: string, number: number): boolean {
  const own = join(folder, `own.${process.pid}`);
  writeFileSync(own, `${process.pid} ${startOf(process.pid) ?? ""}\n`, { mode: 0o600 });
  try {
    // In one step: nobody ever reads half of it.
    linkSync(own, join(folder, `lock.${number}`));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function isHeld(file: string): boolean {
  const owner = ownerOf(file);
  if (!owner) return false;
  // Its id may be another process's by now: the start tells.
  return owner.start === "" ? isAlive(owner.pid) : startOf(owner.pid) === owner.start;
}

function ownerOf(file: string): { readonly pid: number; readonly start: string } | undefined {
  try {
    const [pid = "", start = ""] = readFileSync(file, "utf8").trim().split(" ");
    return { pid: Number(pid), start };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
