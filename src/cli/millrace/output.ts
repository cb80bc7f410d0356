import { styleText } from "node:util";
import { printable } from "./text.ts";

type Colour = "red" | "green" | "yellow" | "dim" | "bold" | "cyan";

/** What a command has to say: for programs, and for people. */
export interface Said {
  readonly json: unknown;
  readonly text: (output: Output) => string;
  /** Besides, on stderr, and never in JSON: warnings, and what to do next. */
  readonly notes?: readonly string[];
  readonly exitCode?: number;
}

/** Results go to stdout, everything else to stderr, so that a pipe holds results alone. */
export class Output {
  readonly isJson: boolean;

  constructor(isJson: boolean) {
    this.isJson = isJson;
  }

  /** Somebody looks at stdout, and what stands there may change. */
  get isLive(): boolean {
    const { isTTY, columns } = process.stdout;
    return isTTY && columns > 0 && !this.isJson && process.env.TERM !== "dumb";
  }

  /** Somebody looks at stdout: a line may be made to fit. */
  get isTerminal(): boolean {
    return process.stdout.isTTY;
  }

  say({ json, text, notes = [] }: Said): void {
    const body = this.isJson ? JSON.stringify(json, null, 2) : text(this);
    const line = body === "" || body.endsWith("\n") ? body : `${body}\n`;
    if (line !== "") process.stdout.write(process.stdout.isTTY ? printable(line) : line);
    if (!this.isJson) for (const note of notes) this.tell(note);
  }

  tell(line: string): void {
    process.stderr.write(process.stderr.isTTY ? printable(`${line}\n`) : `${line}\n`);
  }

  /** Coloured if the stream is a terminal and NO_COLOR is not set. */
  paint(colour: Colour, text: string, stream: "stdout" | "stderr" = "stdout"): string {
    return styleText(colour, text, { stream: process[stream] });
  }

  status(status: string): string {
    return this.paint(STATUS_COLOURS[status] ?? "yellow", status);
  }
}

const STATUS_COLOURS: Readonly<Record<string, Colour>> = {
  Running: "cyan",
  Starting: "cyan",
  Succeeded: "green",
  started: "green",
  Failed: "red",
  TimedOut: "red",
};
