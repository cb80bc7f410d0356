import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { CAUSE_LENGTH, LINE_BYTES, OUTPUT_BYTES, PIPES_AFTER_END_MS } from "./limits.ts";
import { Lines } from "./lines.ts";
import type { Sink } from "./sink.ts";
import { LastWords, Tail } from "./tail.ts";

interface StreamOptions {
  readonly out: Sink;
  readonly err: Sink;
  readonly prefix: string;
  readonly quiet: boolean;
  /** Hides secrets in a line. */
  readonly maskLine: (line: Buffer) => Buffer;
  readonly keep: "file" | "stdout" | "last-line";
}

/** What a command says: passed on line by line, and kept as a tail. */
export class Streams {
  private readonly both = new Tail();
  private readonly stderr = new LastWords(CAUSE_LENGTH);
  private readonly closed: readonly Promise<void>[];
  private readonly pipes: readonly Readable[];
  private readonly keep: StreamOptions["keep"];
  private output: Buffer[] = [];
  private outputBytes = 0;
  private lastLine: Buffer | undefined;
  private hasNews = false;

  constructor({ stdout, stderr }: ChildProcess, { out, err, prefix, quiet, keep, maskLine }: StreamOptions) {
    this.keep = keep;
    const lead = Buffer.from(prefix);
    const passTo = (sink: Sink) => (line: Buffer) => {
      if (!quiet) sink.write(Buffer.concat([lead, maskLine(line)]));
    };
    const toLine = (line: Buffer) => {
      passTo(out)(line);
      this.keepLine(line);
    };
    const lines = new Lines(toLine, keep === "last-line" ? OUTPUT_BYTES + 1 : LINE_BYTES);
    const errLines = new Lines(passTo(err));
    this.pipes = [stdout, stderr].filter((pipe): pipe is Readable => Boolean(pipe));
    this.closed = [
      read(stdout, lines, (chunk) => {
        this.addToTail(chunk);
        this.keepOutput(chunk);
      }),
      read(stderr, errLines, (chunk) => {
        this.addToTail(chunk);
        this.stderr.add(chunk);
      }),
    ];
  }

  /** The end of a task is the end of its process: a child in the background may hold the pipes open for ever. */
  async end(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PIPES_AFTER_END_MS);
    });
    await Promise.race([Promise.all(this.closed), patience]);
    clearTimeout(timer);
    for (const pipe of this.pipes) pipe.destroy();
  }

  tail(bytes?: number): string {
    return this.both.text(bytes);
  }

  /** Undefined when nothing was said since it was asked last. */
  newTail(bytes: number): string | undefined {
    const { hasNews } = this;
    this.hasNews = false;
    return hasNews ? this.tail(bytes) : undefined;
  }

  lastWords(): string {
    return this.stderr.text();
  }

  /** What was told to be the output; undefined when nothing was said. */
  kept(): string | undefined {
    if (this.keep === "last-line") return this.lastLine?.toString("utf8");
    return this.outputBytes === 0 ? undefined : Buffer.concat(this.output).toString("utf8");
  }

  private addToTail(chunk: Buffer): void {
    this.both.add(chunk);
    this.hasNews = true;
  }

  private keepOutput(chunk: Buffer): void {
    // One byte more than may be tells that it is too much.
    const room = OUTPUT_BYTES + 1 - this.outputBytes;
    if (this.keep !== "stdout" || room <= 0) return;
    this.output.push(chunk.subarray(0, room));
    this.outputBytes += Math.min(chunk.length, room);
  }

  private keepLine(line: Buffer): void {
    if (this.keep === "last-line" && line.toString("latin1").trim() !== "") this.lastLine = line;
  }
}

function read(stream: Readable | null, lines: Lines, look: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    if (!stream) {
      resolve();
      return;
    }
    stream.on("data", (chunk: Buffer) => {
      look(chunk);
      lines.add(chunk);
    });
    // A pipe that breaks has said all it will say.
    stream.on("error", () => {});
    stream.on("close", () => {
      lines.end();
      resolve();
    });
  });
}
