import { ApiError, AnswerError, UnreachableError } from "../client.ts";
import { UsageError } from "../usage-error.ts";
import type { Output } from "./output.ts";

/** What scripts go by; the table in src/cli/README.md is made of this one (a test compares them). */
export const EXIT_CODES = {
  done: 0,
  /** The execution did not succeed, the night did not go well, the definition is not valid, or an import left something out. */
  unsuccessful: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  broken: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

const LOCAL = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/]?/;
const SERVER_FAULT = 500;

interface Failure {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
}

/** Tells what went wrong on stderr, as a problem in JSON or in words, and gives the exit code. Defects are thrown on. */
export function tellFailure(error: unknown, output: Output): number {
  const failure = failureOf(error);
  if (!failure) throw error;
  if (output.isJson) {
    const problem =
      error instanceof ApiError ? error.problem : { code: failure.code, detail: failure.message };
    output.tell(JSON.stringify(problem));
    return failure.exitCode;
  }
  output.tell(`${output.paint("red", "error:", "stderr")} ${failure.message}`);
  if (error instanceof ApiError) {
    const { errors = [], diagnostics = [] } = error.problem;
    for (const { path, message } of errors.slice(1)) output.tell(`       ${path}: ${message}`);
    for (const line of diagnostics.map((one) => describeDiagnostic(one))) output.tell(line);
  }
  if (failure.remedy !== undefined) output.tell(failure.remedy);
  return failure.exitCode;
}

function failureOf(error: unknown): Failure | undefined {
  if (error instanceof UsageError)
    return { exitCode: EXIT_CODES.usage, code: "Usage", message: error.message };
  if (error instanceof UnreachableError) {
    const remedy = LOCAL.test(error.url)
      ? "Start the service with `npm run dev` (or `npm start`, with an example at work), or name another one with --url."
      : "Check the address (--url, MILLRACE_URL) and the network.";
    return { exitCode: EXIT_CODES.unreachable, code: "Unreachable", message: error.message, remedy };
  }
  if (error instanceof AnswerError)
    return { exitCode: EXIT_CODES.broken, code: "BrokenAnswer", message: error.message };
  if (error instanceof ApiError) {
    const { status, code } = error.problem;
    const exitCode = status >= SERVER_FAULT ? EXIT_CODES.broken : EXIT_CODES.refused;
    return { exitCode, code, message: error.message };
  }
  return undefined;
}

/** As compilers do, so that editors and terminals find the place. */
export function describeDiagnostic(
  {
    code,
    severity,
    message,
    line,
    column,
  }: { code: string; severity: string; message: string; line: number; column: number },
  file = "definition",
): string {
  return `${file}:${line}:${column}: ${severity} ${code}: ${message}`;
}
