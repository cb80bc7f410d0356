import type { MasterKey } from "../auth/master-key.ts";
import type { ExecutionOutcome, ReportRefusal } from "../core/engine/command.ts";
import type { WorkRequest } from "../core/objects.ts";
import type { ReceivedMessage } from "../core/queue/message.ts";
import { type Result, messageOf, reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { askQueue } from "./objects.ts";
import { queueNotExist } from "./queue-calls.ts";
import { type Report, reportTasks } from "./reports.ts";

export interface WorkTurn {
  readonly queue: string;
  readonly reports: readonly (Report & { readonly receipt?: string | undefined })[];
  readonly remove: readonly string[];
  readonly receive?: NonNullable<WorkRequest["receive"]>;
}

/**
 * One turn of a worker's loop: reports what is finished, deletes its messages, takes the next ones. A message whose
 * report was refused because the task is over goes too; one whose token is not valid stays.
 */
export async function workTurn(
  env: Env,
  masters: readonly MasterKey[],
  turn: WorkTurn,
): Promise<Result<{ verdicts: readonly ExecutionOutcome[]; messages: readonly ReceivedMessage[] }>> {
  const verdicts = await reportTasks(env, masters, turn.reports);
  const removeDone = turn.reports.flatMap(({ receipt }, position) =>
    receipt !== undefined && isOver(verdicts[position]) ? [receipt] : [],
  );
  // Whoever reports has work to go on with: he gets what is there, and does not wait for more.
  const receive =
    turn.receive && turn.reports.length > 0 ? { ...turn.receive, waitSeconds: 0 } : turn.receive;
  if (!receive && removeDone.length === 0 && turn.remove.length === 0)
    return { ok: true, verdicts, messages: [] };
  const request: WorkRequest = { remove: turn.remove, removeDone, ...(receive && { receive }) };
  const outcome = await askQueue(env, turn.queue, (queue) => queue.work(request)).catch((error: unknown) => {
    if (verdicts.length === 0) throw error;
    return reject("InternalError", messageOf(error));
  });
  // Reports that were committed must be told, even when their queue is gone or out of reach.
  if (!outcome.ok && verdicts.length === 0) {
    return outcome.code === "QueueNotExist" ? queueNotExist(turn.queue) : outcome;
  }
  return { ok: true, verdicts, messages: outcome.ok ? (outcome.messages ?? []) : [] };
}

function isOver(verdict: ExecutionOutcome | undefined): boolean {
  return verdict !== undefined && (verdict.ok || OVER.has(verdict.code));
}

/** The answers that say: there is nothing more to do for this task. */
const OVER: ReadonlySet<string> = new Set<ReportRefusal>([
  "TaskAlreadyCompleted",
  "TaskSuperseded",
  "TaskTimedOut",
  "ExecutionEnded",
]);
