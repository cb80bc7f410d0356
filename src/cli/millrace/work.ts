import { join } from "node:path";
import { runProgram } from "../../worker/program.ts";
import { VERSION } from "./version.ts";

const PROGRAM = join(import.meta.dirname, "../millrace.mjs");

/** `millrace work`: its options, its help and its log are those of `worker.mjs`. */
export function work([, ...words]: readonly string[]): Promise<number> {
  return runProgram(words, {
    version: VERSION,
    program: "npx millrace work",
    start: [process.execPath, PROGRAM, "work"],
  });
}
