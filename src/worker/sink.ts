import { write } from "node:fs";
import { UNREAD_BYTES } from "./limits.ts";

const AGAIN_MS = 20;

/**
 * Passes lines on to a descriptor of the runner without ever waiting for its reader: what lies unread beyond a bound is
 * dropped, and counted.
 */
export class Sink {
  private readonly descriptor: number;
  private waiting: Buffer[] = [];
  private bytes = 0;
  private dropped = 0;
  private isWriting = false;
  private isClosed = false;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  write(line: Buffer): void {
    if (this.isClosed) return;
    if (this.bytes + line.length > UNREAD_BYTES) {
      this.dropped++;
      return;
    }
    this.add(line);
    this.flush();
  }

  /** Resolves when all is passed on, or nobody reads it within the time. */
  async end(patienceMs: number): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (this.isWriting && !this.isClosed && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }

  private add(line: Buffer): void {
    this.waiting.push(line);
    this.bytes += line.length;
  }

  private flush(): void {
    if (this.isWriting || this.waiting.length === 0) return;
    this.isWriting = true;
    const chunk = Buffer.concat(this.waiting);
    this.waiting = [];
    this.pass(chunk);
  }

  private pass(chunk: Buffer): void {
    write(this.descriptor, chunk, (error, written) => {
      if (error && error.code !== "EAGAIN") {
        // Nobody reads any more; the task's end does not depend on it.
        this.isClosed = true;
        return;
      }
      const count = error ? 0 : written;
      this.bytes -= count;
      const rest = chunk.subarray(count);
      if (rest.length > 0) {
        if (error) setTimeout(() => this.pass(rest), AGAIN_MS);
        else this.pass(rest);
        return;
      }
      this.isWriting = false;
      this.tellDropped();
      this.flush();
    });
  }

  private tellDropped(): void {
    if (this.dropped === 0) return;
    this.add(Buffer.from(`[${this.dropped} lines were dropped: they were not read fast enough]\n`));
    this.dropped = 0;
  }
}
