import { LINE_BYTES } from "./limits.ts";

const NEWLINE = 10;

/** Cuts a stream into lines, each with its newline; one that is too long comes in parts. */
export class Lines {
  private readonly take: (line: Buffer) => void;
  private readonly limit: number;
  private open: Buffer[] = [];
  private bytes = 0;

  constructor(take: (line: Buffer) => void, limit = LINE_BYTES) {
    this.take = take;
    this.limit = limit;
  }

  add(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(NEWLINE, from);
      if (at === -1) break;
      this.push(chunk.subarray(from, at + 1));
      this.flush();
      from = at + 1;
    }
    this.push(chunk.subarray(from));
    if (this.bytes > this.limit) this.end();
  }

  /** What is left is a line, too. */
  end(): void {
    if (this.bytes === 0) return;
    this.push(Buffer.from("\n"));
    this.flush();
  }

  private push(part: Buffer): void {
    if (part.length === 0) return;
    this.open.push(part);
    this.bytes += part.length;
  }

  private flush(): void {
    const line = this.open.length === 1 ? this.open[0] : Buffer.concat(this.open);
    this.open = [];
    this.bytes = 0;
    if (line) this.take(line);
  }
}
