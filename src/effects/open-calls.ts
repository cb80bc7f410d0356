import { OPEN_CALLS_MAX } from "../core/limits.ts";

/** One place is left to the transport queue: tasks on queues never wait for whoever answers slowly. */
const CALLS = OPEN_CALLS_MAX - 1;

/**
 * The calls outside that one object has open. The platform allows so few and lets the others wait, while their time goes
 * by; here they wait before they begin, in the order in which they came.
 */
export class OpenCalls {
  private open = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly transports: (() => void)[] = [];

  /** Makes a call once there is a place for it; the place is held until all of the answer was read, which takes memory. */
  call<T>(body: () => Promise<T>): Promise<T> {
    return this.hold(this.waiting, CALLS, body);
  }

  /** The same with what is sent to the transport queue, which goes first. */
  transport<T>(body: () => Promise<T>): Promise<T> {
    return this.hold(this.transports, OPEN_CALLS_MAX, body);
  }

  private async hold<T>(line: (() => void)[], most: number, body: () => Promise<T>): Promise<T> {
    if (this.open < most) this.open++;
    // Whoever is called up takes over the place of the one that ended.
    else await new Promise<void>((resolve) => void line.push(resolve));
    try {
      return await body();
    } finally {
      this.handOn();
    }
  }

  private handOn(): void {
    const next = this.transports.shift() ?? (this.open <= CALLS ? this.waiting.shift() : undefined);
    if (next) next();
    else this.open--;
  }
}
