import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { credentialsFile } from "./credentials.ts";

export interface Place {
  readonly queue: string;
  readonly url: string;
  readonly data: string;
}

/** Longer than a runner tries to tell what it cut short. */
const PATIENCE_MS = 8000;

/** Several machines in the small: for each a process with a runner of its name, which runs the commands meant for it. */
export class Machines {
  /** Rejects when one ends that was not told to. */
  readonly broken: Promise<never>;
  /** Gets each line that one of them, or a command on it, says. */
  tell: (line: string) => void = () => {};
  private readonly children: readonly ChildProcess[];
  private isEnding = false;

  constructor(names: readonly string[], place: Place) {
    this.children = names.map((name) => this.start(name, place));
    this.broken = Promise.race(names.map((name, at) => this.brokenEnd(name, this.children[at])));
    // Whoever looks at it hears of it; until then it is no defect.
    this.broken.catch(() => {});
  }

  /** Resolves when no process of theirs is left. Commands that run are cut short, and begin anew the next time. */
  async end(): Promise<void> {
    this.isEnding = true;
    const ends = this.children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      const isOver = await Promise.race([exit.then(() => true), pause(PATIENCE_MS, false, { ref: false })]);
      if (!isOver) child.kill("SIGKILL");
    });
    await Promise.all(ends);
  }

  private start(name: string, { queue, url, data }: Place): ChildProcess {
    const options = {
      name,
      url,
      credentials: credentialsFile(data),
      state: join(data, "machines", name),
      output: "last-line",
      grace: "0",
      "on-stop": "release",
    };
    const words = Object.entries(options).map(([option, value]) => `--${option}=${value}`);
    const file = join(import.meta.dirname, "machine.ts");
    const child = fork(file, [queue, "--run-commands", ...words], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const input of [child.stdout, child.stderr]) {
      if (!input) continue;
      createInterface({ input }).on("line", (line) => {
        if (!this.isEnding) this.tell(`${name}: ${line}`);
      });
    }
    return child;
  }

  private async brokenEnd(name: string, child: ChildProcess | undefined): Promise<never> {
    if (!child) throw new Error("Broken invariant: each machine has a process");
    await once(child, "exit");
    // An end that was asked for is none to be told.
    if (this.isEnding) await new Promise<never>(() => {});
    throw new Error(
      `${name} ended by itself (${child.exitCode ?? child.signalCode}): what it said stands above`,
    );
  }
}
