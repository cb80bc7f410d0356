import { closeSync, openSync } from "node:fs";
import { SIGNALS_TOGETHER_MS } from "./limits.ts";
import type { Log } from "./log.ts";
import { signalGroup } from "./process-group.ts";
import type { Runner } from "./runner.ts";
import type { StateFolder } from "./state-folder.ts";

const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;

/** The processes that run; the folder remembers them for whoever comes after us. */
export class Groups {
  private readonly running = new Set<number>();
  private readonly folder: StateFolder | undefined;

  constructor(folder: StateFolder | undefined) {
    this.folder = folder;
  }

  began(group: number, start: string | undefined): void {
    this.running.add(group);
    this.folder?.began(group, start);
  }

  ended(group: number): void {
    this.running.delete(group);
    this.folder?.ended(group);
  }

  kill(): void {
    for (const group of this.running) signalGroup(group, "SIGKILL");
  }
}

/** The first signal drains, the second ends what runs, the third ends everything. */
export class Signals {
  /** The status of a program that the last one ended. */
  exitCode: number = SIGNAL_EXIT.SIGTERM;
  private count = 0;
  private lastAt = -Infinity;
  private readonly runner: Runner;
  private readonly groups: Groups;

  constructor(runner: Runner, groups: Groups, log: Log, reload: () => void) {
    this.runner = runner;
    this.groups = groups;
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => this.end(signal));
    process.on("SIGUSR2", () => runner.tellState());
    process.on("SIGHUP", () => {
      if (hasTerminal()) this.end("SIGTERM");
      else {
        try {
          reload();
          log("info", "warning", { detail: "credentials were read again" });
        } catch (error) {
          log("error", "warning", { detail: error instanceof Error ? error.message : String(error) });
        }
      }
    });
  }

  private end(signal: keyof typeof SIGNAL_EXIT): void {
    const now = performance.now();
    if (now - this.lastAt < SIGNALS_TOGETHER_MS) return;
    this.lastAt = now;
    this.exitCode = SIGNAL_EXIT[signal];
    this.count++;
    if (this.count === 1) this.runner.drain();
    else if (this.count === 2) this.runner.force();
    else {
      this.groups.kill();
      process.exit(SIGNAL_EXIT[signal]);
    }
  }
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
