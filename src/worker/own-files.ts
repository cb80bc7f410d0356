import { closeSync, mkdtempSync, openSync, readSync, rmSync, fstatSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJsonExactly } from "./json.ts";
import { OUTPUT_BYTES, PROGRESS_BYTES } from "./limits.ts";

const OWNER_ONLY = 0o600;

/** The files through which a command tells its output and its progress, in a folder that nobody else can read. */
export class OwnFiles {
  readonly output: string;
  readonly progress: string;
  private readonly folder: string;
  private progressRead = 0;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "millrace-"));
    this.output = join(this.folder, "output");
    this.progress = join(this.folder, "progress");
    for (const file of [this.output, this.progress]) closeSync(openSync(file, "wx", OWNER_ONLY));
  }

  /** A text as a file that is open for reading; whoever asks closes it. */
  open(text: string): number {
    const file = join(this.folder, "input");
    writeFileSync(file, text, { mode: OWNER_ONLY, flag: "wx" });
    return openSync(file, "r");
  }

  /** What the command wrote, of a file that is too large a little more than may be; undefined when it wrote nothing. */
  readOutput(): string | undefined {
    const text = readEnd(this.output, 0, OUTPUT_BYTES + 1);
    return text === undefined || text.text.trim() === "" ? undefined : text.text;
  }

  /** The newest whole line since the last time, as JSON or else as text. */
  readProgress(): unknown {
    const read = readEnd(this.progress, this.progressRead, 2 * PROGRESS_BYTES, "last");
    if (!read) return undefined;
    const end = read.text.lastIndexOf("\n");
    if (end === -1) return undefined;
    this.progressRead = read.size - Buffer.byteLength(read.text.slice(end + 1));
    const lines = read.text
      .slice(0, end)
      .split("\n")
      .filter((line) => line.trim() !== "");
    const line = lines.at(-1);
    return line === undefined ? undefined : progressOf(line);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** JSON as it is, anything else as text, cut to what a beat may carry. */
export function progressOf(line: string): unknown {
  const value = Buffer.byteLength(line) <= PROGRESS_BYTES ? readJsonExactly(line) : undefined;
  return (
    value ?? {
      text: Buffer.from(line)
        .subarray(0, PROGRESS_BYTES - 100)
        .toString("utf8"),
    }
  );
}

/** At most `limit` bytes behind a position: the first of them, or the last. Undefined when there is nothing to read. */
function readEnd(
  file: string,
  from: number,
  limit: number,
  which: "first" | "last" = "first",
): { text: string; size: number } | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    // The command may remove its own file.
    return undefined;
  }
  try {
    const { size } = fstatSync(descriptor);
    const start = which === "first" ? from : Math.max(from, size - limit);
    const bytes = Buffer.alloc(Math.max(Math.min(size - start, limit), 0));
    const count = bytes.length === 0 ? 0 : readSync(descriptor, bytes, 0, bytes.length, start);
    return { text: bytes.toString("utf8", 0, count), size };
  } finally {
    closeSync(descriptor);
  }
}
