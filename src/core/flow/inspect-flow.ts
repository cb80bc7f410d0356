import {
  ENTRIES_INSPECTED_AT_ONCE,
  EXECUTIONS_INSPECTED_AT_ONCE,
  FINDINGS_TOLD_MAX,
  INSPECTION_GRACE_MS,
} from "../inspection-limits.ts";
import { finding, forgottenPause, nearLimit, stuckEffects } from "../inspection.ts";
import type {
  AwaitedQueue,
  ExecutionInspection,
  Finding,
  InspectedTo,
  Inspection,
  Registration,
  ToldEnd,
} from "../inspection-views.ts";
import { RUNNING_EXECUTIONS_MAX } from "../limits.ts";
import type { ShownParking } from "../machine.ts";
import { HELD_STARTS_MAX } from "../pause-limits.ts";
import type { ExecutionEnded } from "./command.ts";
import type { StoredEntry } from "./execution-index.ts";
import type { FlowMemory } from "./flow-memory.ts";
import type { FlowSummary } from "./summary.ts";
import { isBeingHanded } from "./start.ts";
import { unknownFound } from "./remove-unknown.ts";

/** Executions that the index has as running and that told nothing for a while. */
export interface Unheard {
  readonly entries: readonly StoredEntry[];
  readonly findings: readonly Finding[];
  /** Where to go on, if there may be more. */
  readonly to?: InspectedTo;
}

/** What a flow finds of itself, without its executions. */
export function inspectFlow(
  memory: FlowMemory,
  summary: FlowSummary | undefined,
  shown: readonly ShownParking[],
  now: number,
): Inspection {
  const { flow, held, effects } = memory;
  const findings = [
    ...stuckEffects(shown),
    ...forgottenPause(flow?.exists ? flow.paused : undefined, `${held.count} starts wait`, now),
    ...nearLimits(memory, now),
    ...unknownFound(memory, now),
  ];
  const isTelling = effects.some(({ kind }) => kind === "registerFlow" || kind === "unregisterFlow");
  const { generation = 0, exists = false } = flow ?? {};
  const registration: Registration = { generation, exists, ...(summary && { summary }) };
  return {
    findings,
    isOpen: runningOf(memory) > 0 || held.count > 0 || effects.some(() => true),
    ...(!isTelling && !memory.unreadable && { registration }),
  };
}

/** The next slice of them, the newest first. As many as run are found without reading all that have ended. */
export function unheardOf(memory: FlowMemory, now: number, from?: InspectedTo): Unheard {
  const entries: StoredEntry[] = [];
  const findings: Finding[] = [];
  let { number, open } = from ?? { number: undefined, open: runningOf(memory) };
  let looked = 0;
  const { index, flow } = memory;
  for (const entry of open > 0 ? index.newest(flow?.generation ?? 0, number) : []) {
    ({ number } = entry);
    looked++;
    if (entry.endedAt === undefined && entry.held === undefined) {
      open--;
      if (isUnheard(memory, entry, now)) entries.push(entry);
      if (findings.length < FINDINGS_TOLD_MAX)
        findings.push(...forgottenPause(entry.paused, "it goes no further", now, entry.name));
    }
    if (open <= 0) break;
    if (entries.length >= EXECUTIONS_INSPECTED_AT_ONCE || looked >= ENTRIES_INSPECTED_AT_ONCE)
      return { entries, findings, to: { number, open } };
  }
  return { entries, findings };
}

/** Tasks whose messages went with their queue: no worker gets them; `madeAt`: when the queue that is there now was made. */
export function missingQueues(
  execution: string,
  awaited: readonly AwaitedQueue[],
  madeAt: ReadonlyMap<string, number | undefined>,
  now: number,
): Finding[] {
  return awaited.flatMap(({ queue, tasks, since }) => {
    if (!madeAt.has(queue)) return [];
    const made = madeAt.get(queue);
    if (made !== undefined && made <= since) return [];
    const again = made === undefined ? "" : " and made again";
    const detail = `${tasks} tasks wait for queue ${queue}, which was deleted${again} with what lay in it`;
    return [finding("queueMissing", Math.min(since, now), detail, { name: `${execution} ${queue}` })];
  });
}

/** What an execution that the index has as running says of itself: of none that is empty anything is known. */
export function judgeExecution(
  entry: StoredEntry,
  told: ExecutionInspection | undefined,
  heal: boolean,
  now: number,
): { readonly findings: readonly Finding[]; readonly end?: ExecutionEnded } {
  const { generation, name, redrives, startedAt, redrivenAt = startedAt } = entry;
  const endOf = (end: ToldEnd): ExecutionEnded => ({ type: "executionEnded", generation, name, ...end });
  if (!told) {
    const detail = "the index has it as running, and its object has nothing of it";
    const lost = finding("lostStart", redrivenAt, detail, { name, healed: heal });
    return {
      findings: [lost],
      end: endOf({
        status: "Failed",
        endedAt: now,
        error: "FnF.ExecutionLost",
        cause: "the execution is not there any more",
        ...(redrives !== undefined && { redrives }),
      }),
    };
  }
  const { end, findings } = told;
  if (!end || end.endedAt > now - INSPECTION_GRACE_MS) return { findings };
  const detail = `it ended as ${end.status}, and the index had it as running`;
  const lost = finding("lostEnd", end.endedAt, detail, { name, healed: heal });
  // That it was to go on was lost with its effect: this is its end all the same.
  return {
    findings: [...findings, lost],
    end: endOf({ ...end, ...(redrives !== undefined && { redrives }) }),
  };
}

function isUnheard(memory: FlowMemory, entry: StoredEntry, now: number): boolean {
  const { startedAt, redrivenAt = startedAt } = entry;
  return redrivenAt <= now - INSPECTION_GRACE_MS && !isBeingHanded(memory, entry);
}

function nearLimits(memory: FlowMemory, now: number): Finding[] {
  return [
    ...nearLimit("running executions", runningOf(memory), RUNNING_EXECUTIONS_MAX, now),
    ...nearLimit("held starts", memory.held.count, HELD_STARTS_MAX, now),
  ];
}

function runningOf({ last, held, recent }: FlowMemory): number {
  return last - recent.now.ended - held.count;
}
