import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { UsageError } from "../usage-error.ts";

/** For commands that cannot be taken back. */
export const YES = ["--yes", "do not ask"] as const;

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks whoever sits at a terminal whether it shall be done, and throws if not. Scripts are not asked: nobody could answer
 * them.
 */
export async function confirm(
  question: string,
  isSure: unknown,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (isSure === true || input.isTTY !== true || output.isTTY !== true) return;
  const reader = createInterface({ input, output });
  // The end of what is typed, and Ctrl-C, are no.
  const closed = once(reader, "close").then(() => "");
  reader.on("SIGINT", () => reader.close());
  try {
    const answer = await Promise.race([reader.question(`${question} [y/N] `).catch(() => ""), closed]);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new UsageError("nothing was deleted");
  } finally {
    reader.close();
  }
}
