import type { MasterKey } from "../auth/master-key.ts";
import { type TaskTokenPayload, verifyTaskToken } from "../auth/task-token.ts";
import type { ExecutionOutcome, ReportFailed, ReportSucceeded } from "../core/engine/command.ts";
import { TOKEN_PLACEHOLDER } from "../core/engine/scope.ts";
import { type Json, type JsonObject, isJsonObject, jsonSize, parseOwn } from "../core/json.ts";
import { TASK_DATA_SIZE } from "../core/limits.ts";
import { reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { askExecutionObject } from "./objects.ts";

/** What a worker says of its task. */
export type Report =
  | { readonly token: string; readonly output: Json }
  | { readonly token: string; readonly error: string; readonly cause: string };

type Command = ReportSucceeded | ReportFailed;

/**
 * Reports tasks; one verdict each, in order. Tokens are verified before any object is woken, and all reports for one
 * execution go there together. Every accepted report is committed before this resolves.
 */
export async function reportTasks(
  env: Env,
  masters: readonly MasterKey[],
  reports: readonly Report[],
): Promise<ExecutionOutcome[]> {
  const verdicts: ExecutionOutcome[] = [];
  const byExecution = new Map<string, { position: number; command: Command }[]>();
  for (const [position, report] of reports.entries()) {
    const read = await readReport(masters, report);
    if ("ok" in read) {
      verdicts[position] = read;
      continue;
    }
    const group = byExecution.get(read.execution) ?? [];
    group.push({ position, command: read.command });
    byExecution.set(read.execution, group);
  }
  const groups = Array.from(byExecution, async ([execution, group]) => {
    const commands = group.map(({ command }) => command);
    const outcomes = await askExecutionObject(env, execution, (object) => object.report(commands));
    for (const [nth, outcome] of outcomes.entries()) {
      const position = group[nth]?.position;
      if (position !== undefined) verdicts[position] = outcome;
    }
  });
  await Promise.all(groups);
  return verdicts;
}

async function readReport(
  masters: readonly MasterKey[],
  report: Report,
): Promise<{ execution: string; command: Command } | Extract<ExecutionOutcome, { ok: false }>> {
  const payload = await verifyTaskToken(masters, report.token);
  if (!payload) return reject("InvalidToken", "this is not a task token of this installation");
  if (!("output" in report)) return { execution: payload.execution, command: failure(payload, report) };
  const { output } = report;
  if (!isJsonObject(output))
    return reject("InvalidOutput", "the output must be a JSON object; the task keeps waiting");
  if (jsonSize(output, TASK_DATA_SIZE) > TASK_DATA_SIZE) {
    return reject(
      "InvalidOutput",
      `the output is larger than ${TASK_DATA_SIZE} bytes of JSON; the task keeps waiting`,
    );
  }
  const { execution, path, attempt } = payload;
  const command = {
    type: "reportSucceeded",
    path,
    attempt,
    output: withoutToken(output, report.token),
  } as const;
  return { execution, command };
}

function failure(
  { path, attempt }: TaskTokenPayload,
  report: { error: string; cause: string },
): ReportFailed {
  return { type: "reportFailed", path, attempt, error: report.error, cause: report.cause };
}

/** Workers that answer with what they were given would otherwise put the token into outputs and history. */
function withoutToken(output: JsonObject, token: string): JsonObject {
  const text = JSON.stringify(output);
  if (!text.includes(token)) return output;
  return parseOwn<JsonObject>(text.replaceAll(token, TOKEN_PLACEHOLDER));
}
