/** What is reported for each way a command can end. */
import { isJsonObject, readJsonExactly } from "./json.ts";
import { CAUSE_LENGTH, ERROR_LENGTH, GIVE_BACK_SECONDS, OUTPUT_BYTES } from "./limits.ts";
import type { Result, StopReason } from "./task.ts";

export interface Ending {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stop: StopReason | undefined;
  readonly seconds: number;
  /** What stands in the output file, or in stdout, as the runner was told to look; undefined when nothing does. */
  readonly output: string | undefined;
  /** Where that was read. */
  readonly place: string;
  /** The output file, also of a command that failed. */
  readonly file: string | undefined;
  readonly stderr: string;
}

export interface EndingRules {
  readonly worker: string;
  readonly errors: ReadonlyMap<number, string>;
  readonly giveBack: ReadonlySet<number>;
  readonly onStop: "release" | "fail";
  readonly timeoutSeconds: number | undefined;
}

export function resultOf(ending: Ending, rules: EndingRules): Result {
  const { exitCode, signal, stop, stderr } = ending;
  if (stop !== undefined) return stopped(stop, rules);
  if (signal !== undefined) return failure(`Signal.${signal.replace(/^SIG/, "")}`, stderr);
  if (exitCode === 0) return success(ending, rules);
  if (exitCode !== undefined && rules.giveBack.has(exitCode))
    return { kind: "giveBack", delaySeconds: GIVE_BACK_SECONDS };
  const own = ownFailure(ending.file);
  if (own) return failure(own.error, own.cause ?? stderr);
  return failure(rules.errors.get(exitCode ?? -1) ?? `Exit.${exitCode}`, stderr);
}

export function failure(error: string, cause: string): Result {
  return { kind: "failure", error: error.slice(0, ERROR_LENGTH), cause: cause.slice(-CAUSE_LENGTH) };
}

function stopped(stop: StopReason, { onStop, timeoutSeconds }: EndingRules): Result {
  if (stop === "timeout") return failure("Worker.Timeout", `it took longer than ${timeoutSeconds} s`);
  if (stop !== "shutdown") return { kind: "silence" };
  if (onStop === "fail") return failure("Worker.Stopped", "the worker was told to end");
  return { kind: "giveBack", delaySeconds: 0 };
}

function success({ output, place, seconds }: Ending, { worker }: EndingRules): Result {
  if (output === undefined) return { kind: "success", output: { exitCode: 0, seconds, worker } };
  return outputOf(output, place);
}

/** An output as text: one JSON object of a bounded size, else a failure that says what it is. */
export function outputOf(text: string, place: string): Result {
  if (Buffer.byteLength(text) > OUTPUT_BYTES)
    return failure("Worker.BadOutput", `the output in ${place} is larger than ${OUTPUT_BYTES} bytes`);
  const value = readJsonExactly(text);
  if (isJsonObject(value)) return { kind: "success", output: value };
  return failure("Worker.BadOutput", `the output in ${place} is not one JSON object: ${text.slice(0, 200)}`);
}

function ownFailure(file: string | undefined): { error: string; cause: string | undefined } | undefined {
  const value = file === undefined ? undefined : readJsonExactly(file);
  if (!isJsonObject(value) || typeof value.error !== "string" || value.error === "") return undefined;
  return { error: value.error, cause: typeof value.cause === "string" ? value.cause : undefined };
}
