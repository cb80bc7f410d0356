import { RUNS_REMEMBERED_MAX, RUN_MEMORY_MS } from "../limits.ts";
import { type Rejection, reject } from "../result.ts";
import { startBackfill } from "./backfill.ts";
import type { BackfillRequest } from "./backfill-state.ts";
import type { RunNow, ScheduleOutcome } from "./command.ts";
import { startOther } from "./phases/start.ts";
import { payloadTooLarge } from "./preconditions.ts";
import { processPassed } from "./process.ts";
import { firingExecutionName } from "./schedule.ts";
import { runBytes } from "./shard-memory.ts";
import type { ScheduleContext } from "./schedule-context.ts";
import type { Run } from "./state.ts";

type Asked = Pick<RunNow, "runId" | "keyed">;

/** Starts an execution now, whatever runs; a repeat of the same request finds its own. */
export function runNow(context: ScheduleContext, command: RunNow): ScheduleOutcome {
  const { entry, now } = context;
  const known = findRun(context, command);
  if (known && "ok" in known) return known;
  if (known?.executionName !== undefined) return { ok: true, executionName: known.executionName };
  const tooLarge = payloadTooLarge(command.payload);
  if (tooLarge) return tooLarge;
  const full = context.store.memory.refuse(runBytes(command.payload));
  if (full) return full;
  let at = now;
  // A ledger has one row an instant: of requests within one millisecond the later ones step aside.
  while (entry.ledger.find(at, "manual")) at++;
  const { payload, firedBy, keyed, reason } = command;
  const executionName = keyed?.executionName ?? firingExecutionName(entry.spec.name, "manual", at);
  remember(context, command, { executionName });
  startOther(context, "manual", at, firedBy, executionName, {
    ...(payload !== undefined && { payload }),
    ...(reason !== undefined && { reason }),
  });
  return { ok: true, executionName };
}

export function backfillNow(context: ScheduleContext, command: BackfillRequest): ScheduleOutcome {
  const { store, entry } = context;
  const known = findRun(context, command);
  if (known && "ok" in known) return known;
  const view = known?.backfill === undefined ? undefined : store.backfills.view(entry.key, known.backfill);
  if (view) return { ok: true, backfill: view };
  processPassed(context);
  const outcome = startBackfill(context, command);
  if (outcome.ok && outcome.backfill?.id !== undefined) {
    remember(context, command, { backfill: outcome.backfill.id });
  }
  return outcome;
}

function idOf({ keyed, runId }: Asked): string {
  return keyed?.executionName ?? runId;
}

function findRun({ entry, now }: ScheduleContext, asked: Asked): Run | Rejection | undefined {
  const run = entry.state.runs.find(({ id, at }) => id === idOf(asked) && now - at < RUN_MEMORY_MS);
  if (!run || !asked.keyed || run.startId === asked.keyed.startId) return run;
  return reject("IdempotencyConflict", "this Idempotency-Key came with another body before: use a new one");
}

function remember({ entry, store, now }: ScheduleContext, asked: Asked, result: Partial<Run>): void {
  const kept = entry.state.runs.filter(({ at }) => now - at < RUN_MEMORY_MS).slice(1 - RUNS_REMEMBERED_MAX);
  const run = { id: idOf(asked), startId: asked.keyed?.startId ?? asked.runId, at: now, ...result };
  entry.state.runs = [...kept, run];
  store.touch(entry);
}
