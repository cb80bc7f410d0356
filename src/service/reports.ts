import type { MasterKey } from "../auth/master-key.ts";
import { type TaskTokenPayload, maskTokensIn, verifyTaskToken, withoutTokens } from "../auth/task-token.ts";
import { askByExecution } from "../core/by-execution.ts";
import type { ReportFailed } from "../core/engine/command.ts";
import type { TaskWork } from "../core/engine/state/fact.ts";
import { cutLog } from "../core/engine/logs.ts";
import { given } from "../core/given.ts";
import { type Json, isJsonObject, jsonDepth, jsonSize } from "../core/json.ts";
import { JSON_DEPTH, LIVE_LOG_BYTES, PROGRESS_SIZE, TASK_DATA_SIZE } from "../core/limits.ts";
import { type Rejection, type Result, assert, reject } from "../core/result.ts";
import type { PassedReport, TaskVerdict } from "../core/task-reports.ts";
import { lastBytes } from "../core/text.ts";
import type { Env } from "../env.ts";
import { count } from "../metrics.ts";
import { NO_VERDICT, reportTo } from "../report.ts";
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

/** A report whose token was verified. */
type ReadReport = Omit<PassedReport, "receipt">;

/**
 * Reports tasks; one verdict each, in order. Tokens are verified before any object is woken, and all reports for one
 * execution go there together. Every accepted report is committed before this resolves.
 */
export async function reportTasks(
  env: Env,
  masters: readonly MasterKey[],
  reports: readonly Report[],
): Promise<TaskVerdict[]> {
  const read = await readReports(masters, reports);
  return verdictsOf(read, await sendReports(env, read.filter(isRead)));
}

/** Each as it is to be sent, or why it cannot be. */
export function readReports(
  masters: readonly MasterKey[],
  reports: readonly Report[],
): Promise<(ReadReport | Rejection)[]> {
  return Promise.all(reports.map((report) => readReport(masters, report)));
}

export function isRead<R extends ReadReport>(read: R | Rejection): read is R {
  return !("ok" in read);
}

/** Straight to their executions; one verdict each, in order. */
export function sendReports(env: Env, reports: readonly ReadReport[]): Promise<TaskVerdict[]> {
  return askByExecution(reports, NO_VERDICT, (execution, own) =>
    reportTo(
      env,
      execution,
      own.map(({ report }) => report),
    ),
  );
}

/** One verdict each, with those of reports that could be sent. */
export function verdictsOf(
  read: readonly (ReadReport | Rejection)[],
  sent: readonly TaskVerdict[],
): TaskVerdict[] {
  let next = 0;
  const verdicts = read.map((report) => (isRead(report) ? (sent[next++] ?? NO_VERDICT) : report));
  for (const verdict of verdicts)
    count("millrace_task_reports_total", verdict.ok ? "Accepted" : verdict.code);
  return verdicts;
}

async function readReport(masters: readonly MasterKey[], report: Report): Promise<ReadReport | Rejection> {
  if ("invalid" in report) return reject("InvalidRequest", report.invalid);
  const payload = await verifyTaskToken(masters, report.token);
  if (!payload) return reject("InvalidToken", "this is not a task token of this installation");
  if (!("output" in report)) return { execution: payload.execution, report: failure(payload, report) };
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
  const told = { path, attempt, output: withoutTokens(output), ...extrasOf(report) };
  return { execution, report: { type: "reportSucceeded", ...told } };
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
