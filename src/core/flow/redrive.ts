import { reject } from "../result.ts";
import type { FlowOutcome, RedriveExecution } from "./command.ts";
import type { StoredEntry } from "./execution-index.ts";
import { type FlowMemory, refuseStart } from "./flow-memory.ts";
import type { FlowRecord } from "./flow.ts";
import { redriveTakeId, shownEntry } from "./start.ts";

/** An execution that ended runs again, and its object is handed that: admitted as a start is. */
export function redriveExecution(
  memory: FlowMemory,
  { name: flow, generation, paused }: FlowRecord,
  command: RedriveExecution,
  now: number,
): FlowOutcome {
  const { type: _, name, redriveId, ended, dryRun, ...redrive } = command;
  const entry = memory.index.find(generation, name);
  if (!entry) return reject("ExecutionNotExists", `flow "${flow}" has no execution "${name}"`);
  if (entry.redriveId === redriveId)
    return { ok: true, repeated: true, execution: shownEntry(memory, entry) };
  const isOver = entry.endedAt !== undefined || (ended && (ended.redrives ?? 0) === (entry.redrives ?? 0));
  if (!isOver) return reject("ExecutionRunning", `execution "${name}" runs: only what has ended can go on`);
  if (paused)
    return reject(
      "FlowPaused",
      `flow "${flow}" is paused by ${paused.by}: nothing of it goes on until it is resumed`,
    );
  const refusal = isLeaving(memory, entry)
    ? reject("NotRedrivable", `execution "${name}" was kept long enough: it is being removed`)
    : refuseStart(memory, { startedBy: redrive.by }, now);
  if (refusal) return refusal;
  const { startId } = entry;
  if (dryRun) return { ok: true, startId, execution: shownEntry(memory, entry) };
  const redrives = (entry.redrives ?? 0) + 1;
  const { endedAt: _end, error: _error, cause: _cause, ...kept } = entry;
  const { version = entry.version } = redrive;
  const running: StoredEntry = { ...kept, version, status: "Running", redrives, redrivenAt: now, redriveId };
  memory.index.change(running);
  memory.recent.redriven(running);
  if (memory.running !== undefined) memory.running++;
  const id = redriveTakeId(generation, entry.number, redrives);
  memory.effects.add({
    kind: "redriveExecution",
    id,
    since: now,
    generation,
    name,
    redrives,
    ...redrive,
  });
  return { ok: true, execution: shownEntry(memory, running) };
}

function isLeaving({ effects }: FlowMemory, { generation, number }: StoredEntry): boolean {
  return effects.some(
    (one) =>
      one.kind === "removeExecutions" &&
      one.generation === generation &&
      one.executions.some((execution) => execution.number === number),
  );
}
