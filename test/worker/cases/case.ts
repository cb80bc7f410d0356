import type { TaskOnWire } from "../../../src/worker/wire.ts";

/** One message, what is done with it, and what the service hears of it. */
export interface Case {
  /** A sentence: what the user gets. */
  readonly name: string;
  readonly body?: unknown;
  /** False for a message that is no task. */
  readonly task?: Partial<TaskOnWire> | false;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A command, or a text for `sh -c`. */
  readonly run: string | readonly string[];
  readonly report?: {
    readonly output?: unknown;
    readonly error?: string;
    /** Matched. */
    readonly cause?: RegExp;
    readonly log?: RegExp;
  };
  /** Instead of a report. */
  readonly released?: { readonly delaySeconds?: number };
  readonly buried?: RegExp;
  readonly isDeleted?: true;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  /** Neither is ever said. */
  readonly silent?: RegExp;
}
