/** Keeps leases while the user's code keeps this thread to itself: another thread sends the signs of life then. */
import { MessageChannel, Worker, receiveMessageOnPort } from "node:worker_threads";
import type { ConnectionOptions } from "./connection.ts";
import { GUARD_TELLS_MS } from "./limits.ts";

/** A message that is held, as the other thread knows it. Threads share no monotonic clock: times are distances. */
export interface Lease {
  readonly queue: string;
  readonly receipt: string;
  readonly dueInMs: number;
}

/** What the other thread has extended. */
export interface Extension {
  readonly queue: string;
  readonly receipt: string;
  readonly leaseSeconds: number;
  /** By the clock of the day, since both threads have that one. */
  readonly sentAt: number;
}

export interface GuardSetup {
  readonly connection: Omit<ConnectionOptions, "look">;
  readonly worker: string;
  readonly session: string;
  readonly leaseSeconds: number;
}

export class LeaseGuard {
  private readonly thread: Worker;
  private readonly channel = new MessageChannel();
  private readonly timer: NodeJS.Timeout;
  private leases: () => readonly Lease[] = () => [];
  private extended: (extension: Extension) => void = () => {};
  private isIdle = true;

  /** `code` is that of `beat-thread.ts`. */
  constructor(code: string, setup: GuardSetup) {
    const { port1, port2 } = this.channel;
    this.thread = new Worker(code, {
      eval: true,
      execArgv: [],
      workerData: { setup, port: port2 },
      transferList: [port2],
    });
    this.thread.unref();
    port1.unref();
    this.timer = setInterval(() => this.watch(), GUARD_TELLS_MS);
    this.timer.unref();
  }

  /** Says where to ask what is held, and whom to tell what was extended. */
  guard(leases: () => readonly Lease[], extended: (extension: Extension) => void): void {
    this.leases = leases;
    this.extended = extended;
  }

  /** Tells the other thread what is held; it takes silence for a thread that is busy. */
  watch(): void {
    this.catchUp();
    const leases = this.leases();
    if (leases.length > 0 || !this.isIdle) this.channel.port1.postMessage(leases);
    this.isIdle = leases.length === 0;
  }

  /** Hears at once what was extended meanwhile. */
  catchUp(): void {
    for (;;) {
      const told = receiveMessageOnPort(this.channel.port1);
      if (!told) return;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else has the other port
      this.extended(told.message as Extension);
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.channel.port1.close();
    void this.thread.terminate();
  }
}
