/** The way to one queue: a socket where there is one, else calls. What was said on a way that was cut is said on the other. */
import type { CallerOptions, WorkService } from "./caller.ts";
import {
  CONNECT_MS,
  HOLDS_MAX,
  NO_SOCKET_MS,
  RECONNECT_FIRST_MS,
  RECONNECT_MAX_MS,
  SOCKET_LASTS_MS,
} from "./limits.ts";
import { WorkerSocket } from "./socket.ts";
import type { Outcome, WorkAnswer, WorkRequest } from "./wire.ts";

interface LinkEnds {
  /** Receipts of all that the runner has, or is done with and has not told. */
  holds(): readonly string[];
  /** Something came by itself. */
  pushed(answer: WorkAnswer): void;
}

export class Link implements Omit<WorkService, "socket"> {
  private readonly options: CallerOptions;
  private readonly service: WorkService;
  private readonly ends: LinkEnds;
  private socket: WorkerSocket | undefined;
  private connecting: Promise<void> | undefined;
  private connectAt: number;
  private pauseMs = RECONNECT_FIRST_MS;
  /** That are out: what they bring is not known to be held. */
  private calls = 0;
  private isClosed = false;

  /** Who ends soon, after so many tasks, needs no socket. */
  constructor(options: CallerOptions, service: WorkService, ends: LinkEnds, endsSoon: boolean) {
    this.options = options;
    this.service = service;
    this.ends = ends;
    this.connectAt = endsSoon ? Infinity : 0;
  }

  get endsPolls(): boolean {
    return this.socket !== undefined || this.service.endsPolls;
  }

  async work(
    queue: string,
    request: Partial<WorkRequest>,
    signal?: AbortSignal,
  ): Promise<Outcome<WorkAnswer>> {
    if (!this.socket && this.calls === 0 && performance.now() >= this.connectAt)
      this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    await this.connecting;
    const outcome = await this.socket?.work(request, signal);
    if (outcome) return outcome;
    this.calls++;
    try {
      return await this.service.work(queue, request, signal);
    } finally {
      this.calls--;
    }
  }

  close(): void {
    this.isClosed = true;
    this.socket?.close();
  }

  private async connect(): Promise<void> {
    const { queue, session, worker, leaseSeconds } = this.options;
    const words = new URLSearchParams({ session, worker, leaseSeconds: String(leaseSeconds) });
    const path = `/v1/queues/${encodeURIComponent(queue)}/connect?${words.toString()}`;
    const socket = this.service.socket?.(path);
    if (!(await isOpened(socket)) || !socket) {
      this.pauseMs = Math.max(this.pauseMs, NO_SOCKET_MS);
      return this.later();
    }
    const openedAt = performance.now();
    const holds = this.ends.holds();
    this.socket = new WorkerSocket(socket, {
      holds: holds.length > HOLDS_MAX ? undefined : holds,
      pushed: (answer) => this.ends.pushed(answer),
      closed: () => {
        this.socket = undefined;
        // Who cuts each socket after a while is not asked all the time.
        if (performance.now() - openedAt >= SOCKET_LASTS_MS) this.pauseMs = RECONNECT_FIRST_MS;
        this.later();
      },
    });
    if (this.isClosed) this.socket.close();
  }

  /** Drawn from the upper half: workers that lost the service together must not come back together. */
  private later(): void {
    this.connectAt = performance.now() + this.pauseMs * (0.5 + Math.random() / 2);
    this.pauseMs = Math.min(this.pauseMs * 2, RECONNECT_MAX_MS);
  }
}

/** Whether it opens in time; it is closed if not. */
function isOpened(socket: WebSocket | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    if (!socket) return resolve(false);
    const timer = setTimeout(() => settle(false), CONNECT_MS);
    const settle = (isOpen: boolean) => {
      clearTimeout(timer);
      if (!isOpen) socket.close();
      resolve(isOpen);
    };
    socket.addEventListener("open", () => settle(true), { once: true });
    socket.addEventListener("error", () => settle(false), { once: true });
    socket.addEventListener("close", () => settle(false), { once: true });
  });
}
