import type { MasterKey } from "../auth/master-key.ts";
import { signTaskToken } from "../auth/task-token.ts";
import type { ExecutionOutcome } from "../core/engine/command.ts";
import type { Json } from "../core/json.ts";
import { executionObjectName } from "../core/names.ts";
import { type Rejection, assert, reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { findExecution } from "./execution-calls.ts";
import { reportTasks } from "./reports.ts";

export interface Answer {
  /** Of the step that waits. */
  readonly path: string;
  readonly attempt: number;
}

/** Reports a task for whoever has its token: the token is made here, and goes nowhere. */
export async function answerTask(
  env: Env,
  masters: readonly MasterKey[],
  flow: string,
  name: string,
  {
    path,
    attempt,
    ...said
  }: Answer & ({ readonly output: Json } | { readonly error: string; readonly cause: string }),
): Promise<ExecutionOutcome | Rejection> {
  const [master] = masters;
  assert(master, "nobody is let in without a master key");
  const found = await findExecution(env, flow, name);
  if (!found.ok) return found;
  const token = await signTaskToken(master, { execution: executionObjectName(found.id), path, attempt });
  const [verdict] = await reportTasks(env, masters, [{ token, ...said }]);
  assert(verdict, "each report has a verdict");
  return verdict.ok || verdict.code !== "TaskAlreadyCompleted" ? verdict : nothingWaits(path);
}

/** Whoever types a path may mistype it: a worker's token cannot be wrong. */
function nothingWaits(path: string): Rejection {
  return reject(
    "TaskAlreadyCompleted",
    `nothing waits for an answer at "${path}": it was answered before, or there is no such step; waitingFor of the execution tells which ones wait`,
  );
}
