import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { LogEntry } from "../../core/host/ports.ts";
import { messageOf } from "../../core/result.ts";
import { TICKS_SECRET } from "./runtime-configuration.ts";
import { RuntimeProcess } from "./runtime-process.ts";

/** A service that does not answer in this time after it listens is broken. */
const HEALTHY_MS = 30_000;
const LOOK_MS = 50;
/** One that ran for this long was well. */
const STABLE_MS = 60_000;
const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 30_000;

export interface Supervised {
  /** The file of workerd's configuration. */
  readonly configuration: string;
  readonly env: NodeJS.ProcessEnv;
  /** Lines of workerd's output. */
  readonly write: (line: string) => void;
  readonly tell: (entry: LogEntry) => void;
}

/** How long workerd rests after it ended by itself that often in a row, in milliseconds. */
export function restartPause(failures: number): number {
  return Math.min(PAUSE_FIRST_MS * 2 ** (failures - 1), PAUSE_MAX_MS);
}

/** Keeps a workerd running: whenever one ends by itself, another one takes up its data. */
export class Supervisor {
  private readonly options: Supervised;
  private readonly secret = randomBytes(32).toString("base64url");
  private running: RuntimeProcess | undefined;
  private failures = 0;
  private readonly stopping = new AbortController();
  private isReplacing = false;
  private over: Promise<void> = Promise.resolve();

  constructor(options: Supervised) {
    this.options = options;
  }

  /** The workerd of now; undefined while there is none. */
  get pid(): number | undefined {
    return this.running?.pid;
  }

  /** Resolves when the service answers; throws an error where the first workerd cannot serve. */
  async start(): Promise<void> {
    const first = this.launch();
    try {
      await this.untilHealthy(first);
    } catch (error) {
      await first.end();
      throw error;
    }
    this.over = this.keepRunning(first);
  }

  /** Has another workerd read the configuration: resolves when the one before has ended. */
  async replace(): Promise<void> {
    this.isReplacing = true;
    await this.running?.end();
  }

  /** Has workerd stand still: all that it writes is on the disk or not begun. Throws an error where there is none. */
  async pause(): Promise<{ readonly resume: () => void; readonly ended: Promise<string> }> {
    const { running } = this;
    if (!running) throw new Error("workerd is being started");
    await running.freeze();
    return { resume: () => running.thaw(), ended: running.ended };
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running?.end();
    await this.over;
  }

  /** One call of the Cron Trigger; what is lost does no harm, since the next one starts what is due. */
  async tick(time: number): Promise<void> {
    const { running } = this;
    if (running) await this.askHelper(running, `/tick?time=${time}`).catch(() => {});
  }

  private launch(): RuntimeProcess {
    const { configuration, env, write } = this.options;
    this.running = new RuntimeProcess(configuration, { ...env, [TICKS_SECRET]: this.secret }, write);
    return this.running;
  }

  private async keepRunning(first: RuntimeProcess): Promise<void> {
    for (let running = first; ;) {
      const since = performance.now();
      const how = await running.ended;
      this.running = undefined;
      if (this.stopping.signal.aborted) return;
      if (performance.now() - since > STABLE_MS) this.failures = 0;
      await this.rest(how);
      if (this.stopping.signal.aborted) return;
      running = this.launch();
      void this.watchStart(running);
    }
  }

  /** One that does not answer makes way for another. */
  private async watchStart(running: RuntimeProcess): Promise<void> {
    const { tell } = this.options;
    try {
      await this.untilHealthy(running);
      tell({ event: "runtimeStarted", level: "info", pid: running.pid });
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      tell({ event: "runtimeFailed", level: "error", message: messageOf(error) });
      await running.end();
    }
  }

  private async rest(how: string): Promise<void> {
    if (this.isReplacing) {
      this.isReplacing = false;
      return;
    }
    this.failures++;
    const pauseMs = restartPause(this.failures);
    this.options.tell({ event: "runtimeEnded", level: "error", how, pauseMs });
    await pause(pauseMs, undefined, this.stopping).catch(() => {});
  }

  private async untilHealthy(running: RuntimeProcess): Promise<void> {
    const deadline = performance.now() + HEALTHY_MS;
    await running.ticksPort;
    while (!(await this.askHelper(running, "/health").catch(() => false))) {
      if (this.running !== running) throw new Error("it ended before it answered");
      if (performance.now() > deadline) throw new Error("it listens, and does not answer");
      await pause(LOOK_MS);
    }
  }

  private async askHelper({ ticksPort }: RuntimeProcess, path: string): Promise<boolean> {
    const url = `http://127.0.0.1:${await ticksPort}${path}`;
    const { ok } = await fetch(url, { headers: { authorization: this.secret } });
    return ok;
  }
}
