import { spawnSync } from "node:child_process";
import { UsageError } from "../usage-error.ts";

/** What wrangler answered; texts are empty where they were shown. */
export interface Said {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** A question to Cloudflare is answered in seconds; on a bad network wrangler waits without a word. */
const ANSWER_MS = 120_000;
/** Pages of HTML come from whatever stands between here and Cloudflare. */
const SAID_LENGTH = 2000;

/** Asks without showing it. */
export function ask(args: readonly string[], withinMs = ANSWER_MS): Said {
  const { status, stdout, stderr, error } = run(args, {
    stdio: ["inherit", "pipe", "pipe"],
    timeout: withinMs,
  });
  const isLate = error !== undefined && "code" in error && error.code === "ETIMEDOUT";
  const why = isLate ? `no answer within ${withinMs / 1000} seconds` : error?.message;
  // Without a status it was not found, or a signal ended it.
  return { status: status ?? 1, output: stdout ?? "", errors: [why, stderr].filter(Boolean).join("\n") };
}

/** Runs it in front of the person, who may be asked something. */
export function runWrangler(args: readonly string[], { input }: { readonly input?: string } = {}): Said {
  const stdio = [input === undefined ? "inherit" : "pipe", "inherit", "inherit"] as const;
  const { status, error } = run(args, { input, stdio: [...stdio] });
  return { status: status ?? 1, output: "", errors: error?.message ?? "" };
}

function run(args: readonly string[], options: Parameters<typeof spawnSync>[2]) {
  return spawnSync("wrangler", [...args], {
    ...options,
    encoding: "utf8",
    killSignal: "SIGKILL",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    shell: process.platform === "win32",
  });
}

export function stopAt(step: string, { status, output, errors }: Said): never {
  const said = [errors, output].map((text) => text.trim()).filter((text) => text !== "");
  throw new UsageError(
    [`stopped: ${step} ended with status ${status}, which is not understood`, ...said.map(cut)].join("\n"),
  );
}

function cut(text: string): string {
  return text.length > SAID_LENGTH ? `${text.slice(0, SAID_LENGTH)} ...` : text;
}
