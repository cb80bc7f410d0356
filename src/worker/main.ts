/** `worker.mjs`: a program, and a library for those who import it. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerOf } from "./library.ts";
import { runProgram } from "./program.ts";
import type { run as Run } from "./worker.d.ts";

export { Failure } from "./handler.ts";

/** Put here by the build. */
declare const MILLRACE_VERSION: string;
/** Likewise: the code of `beat-thread.ts`, so that one file is all. */
declare const MILLRACE_BEAT_THREAD: string;

export const run: typeof Run = runnerOf(MILLRACE_VERSION, MILLRACE_BEAT_THREAD);

const file = fileURLToPath(import.meta.url);

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(file)) {
  const start = [process.execPath, file];
  process.exitCode = await runProgram(process.argv.slice(2), {
    version: MILLRACE_VERSION,
    program: "node worker.mjs",
    start,
  });
  // What hangs on, such as a reader of stdout that never comes, must not keep the process.
  process.exit();
}
