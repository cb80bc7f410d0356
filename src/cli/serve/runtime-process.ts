import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { SOCKETS } from "./runtime-configuration.ts";

/** Calls that are under way when it is told to end have this long. */
const DRAIN_MS = 3000;
const CONTROL = 3;
const FROZEN_LOOK_MS = 1;

/** What workerd says when one of its sockets is open. */
const listen = z.object({ event: z.literal("listen"), socket: z.string(), port: z.number() });

/** The program, which is the one that Miniflare runs: both open the same data. */
function findWorkerd(): string {
  const fromMiniflare = createRequire(import.meta.resolve("miniflare"));
  return z.object({ default: z.string() }).parse(fromMiniflare("workerd")).default;
}

/** One workerd. It is in a process group of its own: what a terminal sends, its supervisor passes on in good order. */
export class RuntimeProcess {
  /** With how it ended, in words. */
  readonly ended: Promise<string>;
  /** The port of the helper's socket, once it listens everywhere; rejects where it ends before. */
  readonly ticksPort: Promise<number>;
  private readonly child: ChildProcess;
  private lastError = "";

  /** `write` gets its output line by line. */
  constructor(configuration: string, env: NodeJS.ProcessEnv, write: (line: string) => void) {
    this.child = spawn(findWorkerd(), ["serve", configuration, `--control-fd=${CONTROL}`], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env,
      detached: true,
    });
    const { stdout, stderr, stdio } = this.child;
    if (stdout) createInterface(stdout).on("line", write);
    if (stderr) {
      createInterface(stderr).on("line", (line) => {
        this.lastError = line;
        write(line);
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.once("error", ({ message }) => resolve(message));
      this.child.once("exit", (code, signal) => resolve(signal ?? `status ${code}`));
    });
    this.ticksPort = Promise.race([listening(stdio[CONTROL]), this.endsBefore()]);
    // Who waits for it hears of it, and nobody may.
    this.ticksPort.catch(() => {});
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  private async endsBefore(): Promise<never> {
    const how = await this.ended;
    throw new Error(`it ended (${how}) before it listened: ${this.lastError || "it said nothing"}`);
  }

  /** Resolves when none of its threads does anything any more. */
  async freeze(): Promise<void> {
    this.child.kill("SIGSTOP");
    while (!isFrozen(this.pid)) await pause(FROZEN_LOOK_MS);
  }

  thaw(): void {
    this.child.kill("SIGCONT");
  }

  /** Lets it answer what it was asked already, for a while. */
  async end(): Promise<void> {
    this.thaw();
    this.child.kill("SIGTERM");
    const isOver = await Promise.race([this.ended.then(() => true), pause(DRAIN_MS, false, { ref: false })]);
    if (isOver) return;
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

/** Whether all its threads stand still, or it is gone: a signal takes effect in each of them by and by. */
function isFrozen(pid: number): boolean {
  if (!existsSync("/proc/self/stat"))
    return /^(?:T|$)/.test(
      spawnSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim(),
    );
  const threads = `/proc/${pid}/task`;
  try {
    return readdirSync(threads).every((thread) => {
      const text = readFileSync(`${threads}/${thread}/stat`, "latin1");
      // The name before it may hold anything, parentheses too.
      return /^[TZX]/.test(text.slice(text.lastIndexOf(")") + 2));
    });
  } catch {
    // It ended, or a thread of it did while it was looked at.
    return !existsSync(threads);
  }
}

/** Waits until every socket is open. */
function listening(control: ChildProcess["stdio"][number] | undefined): Promise<number> {
  return new Promise((resolve) => {
    if (!(control instanceof Readable)) return;
    const ports = new Map<string, number>();
    createInterface(control).on("line", (line) => {
      const said = listen.safeParse(JSON.parse(line));
      if (said.success) ports.set(said.data.socket, said.data.port);
      const port = ports.get(SOCKETS.ticks);
      if (port !== undefined && ports.has(SOCKETS.entry)) resolve(port);
    });
  });
}
