import { OverloadedError, callObject } from "./call.ts";
import { carry } from "./carry.ts";
import { messageOf, reject } from "./core/result.ts";
import type { TaskReport, TaskVerdict } from "./core/task-reports.ts";
import { refuseUnreadable } from "./core/unreadable.ts";
import type { Env } from "./env.ts";
import { log } from "./log.ts";

export const NO_VERDICT = reject("InternalError", "the report got no verdict: repeat it shortly");

/**
 * Reports tasks to their execution, all in one call; one verdict each, in order, once it is committed. An object that
 * cannot be reached costs its own reports their verdicts, not those of other executions.
 */
export async function reportTo(
  env: Env,
  execution: string,
  reports: readonly TaskReport[],
): Promise<readonly TaskVerdict[]> {
  try {
    return await callObject(
      () => env.EXECUTIONS.getByName(execution),
      (object) => object.report(carry(reports)),
    );
  } catch (error) {
    const isBusy = error instanceof OverloadedError;
    log({ event: isBusy ? "overloaded" : "requestFailed", execution, message: messageOf(error) });
    const unreadable = refuseUnreadable(error);
    if (unreadable) return reports.map(() => unreadable);
    const detail = "the report did not reach its execution: repeat it shortly";
    return reports.map(() => reject(isBusy ? "Overloaded" : "InternalError", detail));
  }
}
