import { spawnSync } from "node:child_process";
import { UsageError } from "../usage-error.ts";

/** What wrangler answered; texts are empty where they were shown. */
export interface Said {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

export function runWrangler(
  args: readonly string[],
  { input, isShown = false }: { readonly input?: string; readonly isShown?: boolean } = {},
): Said {
  const out = isShown ? "inherit" : "pipe";
  const { status, stdout, stderr, error } = spawnSync("wrangler", [...args], {
    encoding: "utf8",
    input,
    stdio: [input === undefined ? "inherit" : "pipe", out, out],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    shell: process.platform === "win32",
  });
  // Without a status it was not found, or a signal ended it.
  return { status: status ?? 1, output: stdout ?? "", errors: stderr ?? error?.message ?? "" };
}

export function stopAt(step: string, { status, output, errors }: Said): never {
  const said = [errors, output].map((text) => text.trim()).filter((text) => text !== "");
  throw new UsageError(
    [`stopped: ${step} ended with status ${status}, which is not understood`, ...said].join("\n"),
  );
}
