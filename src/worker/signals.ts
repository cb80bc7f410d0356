import { closeSync, openSync } from "node:fs";
import { SIGNALS_TOGETHER_MS } from "./limits.ts";
import type { Log } from "./log.ts";
import { signalGroup } from "./process-group.ts";
import type { Runner } from "./runner.ts";
import type { StateFolder } from "./state-folder.ts";

const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

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
export class EndSignals {
  /** The status of a program that the last one ended. */
  exitCode: number = SIGNAL_EXIT.SIGTERM;
  private count = 0;
  private lastAt = -Infinity;
  private readonly runner: Runner;
  private readonly killAll: () => void;
  private readonly listeners = {
    SIGINT: () => this.end("SIGINT"),
    SIGTERM: () => this.end("SIGTERM"),
  };

  constructor(runner: Runner, killAll: () => void) {
    this.runner = runner;
    this.killAll = killAll;
    for (const signal of SIGNALS) process.on(signal, this.listeners[signal]);
  }

  /** Leaves signals to others again. */
  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.listeners[signal]);
  }

  end(signal: keyof typeof SIGNAL_EXIT): void {
    const now = performance.now();
    if (now - this.lastAt < SIGNALS_TOGETHER_MS) return;
    this.lastAt = now;
    this.exitCode = SIGNAL_EXIT[signal];
    this.count++;
    if (this.count === 1) this.runner.drain();
    else if (this.count === 2) this.runner.force();
    else {
      this.killAll();
      process.exit(SIGNAL_EXIT[signal]);
    }
  }
}

/** USR2 tells what is held; HUP reads credentials again, and ends a runner whose terminal goes. */
export function onOtherSignals(runner: Runner, ends: EndSignals, log: Log, reload: () => void): void {
  process.on("SIGUSR2", () => runner.tellState());
  process.on("SIGHUP", () => {
    if (hasTerminal()) {
      ends.end("SIGTERM");
      return;
    }
    try {
      reload();
      log("info", "warning", { detail: "credentials were read again" });
    } catch (error) {
      log("error", "warning", { detail: error instanceof Error ? error.message : String(error) });
    }
  });
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
