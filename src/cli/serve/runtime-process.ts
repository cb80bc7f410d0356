import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { SOCKETS } from "./runtime-configuration.ts";

/** Calls that are under way when it is told to end have this long. */
const DRAIN_MS = 3000;
const CONTROL = 3;

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

  /** Lets it answer what it was asked already, for a while. */
  async end(): Promise<void> {
    this.child.kill("SIGTERM");
    const isOver = await Promise.race([this.ended.then(() => true), pause(DRAIN_MS, false, { ref: false })]);
    if (isOver) return;
    this.child.kill("SIGKILL");
    await this.ended;
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
