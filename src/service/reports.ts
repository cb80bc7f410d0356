import type { MasterKey } from "../auth/master-key.ts";
import { type TaskTokenPayload, maskTokensIn, verifyTaskToken, withoutTokens } from "../auth/task-token.ts";
import type { ExecutionOutcome, ReportFailed, ReportSucceeded } from "../core/engine/command.ts";
import type { TaskWork } from "../core/engine/state/fact.ts";
import { refuseUnreadable } from "../core/unreadable.ts";
import { cutLog } from "../core/engine/logs.ts";
import { given } from "../core/given.ts";
import { type Json, isJsonObject, jsonDepth, jsonSize } from "../core/json.ts";
import { JSON_DEPTH, LIVE_LOG_BYTES, PROGRESS_SIZE, TASK_DATA_SIZE } from "../core/limits.ts";
import { type Result, assert, messageOf, reject } from "../core/result.ts";
import { lastBytes } from "../core/text.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { count } from "../metrics.ts";
import { carry } from "../carry.ts";
import { OverloadedError } from "./call.ts";
import { askExecutionObject, askQueue } from "./objects.ts";

interface ReportExtras {
  /** What the task's command wrote. */
  readonly log?: string | undefined;
  /** Who did the work. */
  readonly by?: TaskWork;
}

/** What a worker says of its task. */
export type Report =
  | ({ readonly token: string; readonly output: Json } & ReportExtras)
  | ({ readonly token: string; readonly error: string; readonly cause: string } & ReportExtras)
  /** It could not be read, for this reason. */
  | { readonly invalid: string };

export interface TaskBeat {
  readonly token: string;
  readonly progress?: Json;
  readonly log?: string;
  /** For the lease of the task's message. */
  readonly leaseSeconds?: number;
}

/** What results are wrapped into on their way out may add some levels. */
const OUTPUT_DEPTH = 10;

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
    const outcomes = await reportTo(env, execution, commands);
    for (const [nth, outcome] of outcomes.entries()) {
      const position = group[nth]?.position;
      if (position !== undefined) verdicts[position] = outcome;
    }
  });
  await Promise.all(groups);
  for (const verdict of verdicts)
    count("millrace_task_reports_total", verdict.ok ? "Accepted" : verdict.code);
  return verdicts;
}

/** An object that cannot be reached costs its own reports their verdicts, not those of other executions. */
async function reportTo(
  env: Env,
  execution: string,
  commands: readonly Command[],
): Promise<readonly ExecutionOutcome[]> {
  try {
    return await askExecutionObject(env, execution, (object) => object.report(carry(commands)));
  } catch (error) {
    const isBusy = error instanceof OverloadedError;
    log({ event: isBusy ? "overloaded" : "requestFailed", execution, message: messageOf(error) });
    const unreadable = refuseUnreadable(error);
    if (unreadable) return commands.map(() => unreadable);
    const detail = "the report did not reach its execution: repeat it shortly";
    return commands.map(() => reject(isBusy ? "Overloaded" : "InternalError", detail));
  }
}

async function readReport(
  masters: readonly MasterKey[],
  report: Report,
): Promise<{ execution: string; command: Command } | Extract<ExecutionOutcome, { ok: false }>> {
  if ("invalid" in report) return reject("InvalidRequest", report.invalid);
  const payload = await verifyTaskToken(masters, report.token);
  if (!payload) return reject("InvalidToken", "this is not a task token of this installation");
  if (!("output" in report)) return { execution: payload.execution, command: failure(payload, report) };
  const { output } = report;
  if (!isJsonObject(output))
    return reject("InvalidOutput", "the output must be a JSON object; the task keeps waiting");
  if (jsonDepth(output, JSON_DEPTH - OUTPUT_DEPTH) > JSON_DEPTH - OUTPUT_DEPTH) {
    return reject("InvalidOutput", "the output lies too deep; the task keeps waiting");
  }
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
    output: withoutTokens(output),
    ...extrasOf(report),
  } as const;
  return { execution, command };
}

function failure(
  { path, attempt }: TaskTokenPayload,
  report: { error: string; cause: string } & ReportExtras,
): ReportFailed {
  const [error, cause] = [maskTokensIn(report.error), maskTokensIn(report.cause)];
  return { type: "reportFailed", path, attempt, error, cause, ...extrasOf(report) };
}

function extrasOf({ log: text, by }: ReportExtras) {
  return given({ log: text === undefined ? undefined : cutLog(maskTokensIn(text)), by });
}

/**
 * A sign of life of a task's worker, with what it wants to tell of its progress. The lease of the task's message, if
 * anybody holds it, begins anew: its length is answered.
 */
export async function beat(
  env: Env,
  masters: readonly MasterKey[],
  { token, progress, log: text, leaseSeconds }: TaskBeat,
): Promise<Result<{ leaseSeconds?: number }>> {
  const task = await verifyTaskToken(masters, token);
  if (!task) return reject("InvalidToken", "this is not a task token of this installation");
  const { execution, path, attempt } = task;
  const told = readProgress(progress);
  if (!told.ok) return told;
  const sign = { path, attempt, ...told.progress, ...given({ log: liveLog(text) }) };
  const [outcome] = await askExecutionObject(env, execution, (object) => object.heartbeats([sign]));
  assert(outcome, "each sign of life has an outcome");
  if (!outcome.ok || outcome.queue === undefined) return outcome;
  const command = { type: "beatTask", task, ...(leaseSeconds !== undefined && { leaseSeconds }) } as const;
  const extended = await askQueue(env, outcome.queue, (queue) => queue.beatTask(command));
  // A queue that was deleted meanwhile has no lease to extend.
  return extended.ok && extended.leaseSeconds !== undefined
    ? { ok: true, leaseSeconds: extended.leaseSeconds }
    : { ok: true };
}

/** What a worker tells of its progress, without what is not to be seen; or why it cannot be kept. */
export function readProgress(progress: Json | undefined): Result<{ progress: { progress?: Json } }> {
  if (progress === undefined) return { ok: true, progress: {} };
  if (jsonSize(progress, PROGRESS_SIZE) <= PROGRESS_SIZE)
    return { ok: true, progress: withoutTokens({ progress }) };
  return reject("InvalidOutput", `the progress is larger than ${PROGRESS_SIZE} bytes of JSON`);
}

/** What a sign of life may bring of a log: its end, without what is not to be seen. */
export function liveLog(text: string | undefined): string | undefined {
  return text === undefined ? undefined : lastBytes(maskTokensIn(text), LIVE_LOG_BYTES);
}
