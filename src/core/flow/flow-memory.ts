import { Budget } from "../durable/budget.ts";
import { type DerivedEffects, RecordedEffects } from "../durable/effects.ts";
import { NUMBER, shaped } from "../durable/shape.ts";
import { UnreadableError } from "../unreadable.ts";
import { RUNNING_EXECUTIONS_MAX } from "../limits.ts";
import type { Rejection } from "../result.ts";
import { Nonces } from "../durable/nonces.ts";
import type { Records, Single } from "../durable/records.ts";
import { Admission } from "./admission.ts";
import { FLOW_EFFECT_KINDS, type FlowEffect, type StartExecution } from "./command.ts";
import { ExecutionIndex } from "./execution-index.ts";
import { changedAt, dueOf, isDue } from "./flow-telling.ts";
import { FlowCallbacks } from "./flow-callbacks.ts";
import type { FlowRecord } from "./flow.ts";
import { HeldStarts } from "./held-starts.ts";
import { Newcomers } from "./newcomers.ts";
import { RecentEnds } from "./recent.ts";
import { Retention } from "./retention.ts";
import { UnknownExecutions } from "./unknown-executions.ts";
import { Versions } from "./versions.ts";

/** What a flow's machine keeps in memory, and the tables that the rest lies in. */
export interface FlowMemory {
  readonly records: Records;
  readonly versions: Versions;
  readonly nonces: Nonces;
  readonly index: ExecutionIndex;
  readonly kept: { readonly flow: Single<FlowRecord>; readonly activeAt: Single<number> };
  flow: FlowRecord | undefined;
  /** Its record cannot be read; `flow` is what its other rows tell, enough to delete it. */
  unreadable: UnreadableError | undefined;
  /** Number of the first execution that is kept, and of the last that was started, in this generation. */
  first: number;
  last: number;
  /** Executions that run; known once so many are kept that they could be too many. */
  running: number | undefined;
  /** When the directory was last told that something was started. */
  activeAt: number;
  readonly admission: Admission;
  /** What its effects take: all else that grows with its executions lies on disk. */
  readonly budget: Budget;
  readonly effects: RecordedEffects<FlowEffect>;
  readonly held: HeldStarts;
  readonly newcomers: Newcomers;
  readonly retention: Retention;
  readonly recent: RecentEnds;
  readonly callbacks: FlowCallbacks;
  readonly unknown: UnknownExecutions;
  /** Id of the telling of the board that was asked for last. */
  announced: string | undefined;
}

const FLOW = shaped<FlowRecord>({
  name: "text",
  generation: "number",
  version: "number",
  exists: "flag",
  createdAt: "number",
  updatedAt: "number",
});

/** `name` is that of its object. */
export function readFlow(records: Records, name: string): FlowMemory {
  const kept = { flow: records.single("flow", FLOW), activeAt: records.single("active", NUMBER) };
  const index = new ExecutionIndex(records);
  const versions = new Versions(records);
  const found = kept.flow.attempt();
  const flow = "value" in found ? found.value : standInFor(name, versions);
  const generation = flow?.generation ?? 0;
  const budget = new Budget();
  const memory: Omit<FlowMemory, "effects"> = {
    records,
    versions,
    nonces: new Nonces(records),
    index,
    kept,
    flow,
    unreadable: "error" in found ? new UnreadableError("the flow", found.error) : undefined,
    first: index.firstNumber(generation),
    last: index.first(index.newest(generation))?.number ?? 0,
    running: undefined,
    activeAt: kept.activeAt.getReadable(0) ?? 0,
    admission: new Admission(),
    budget,
    held: new HeldStarts(records),
    newcomers: new Newcomers(records, index, generation, budget),
    retention: new Retention(records, index),
    recent: new RecentEnds(records, index, generation),
    callbacks: new FlowCallbacks(records),
    unknown: new UnknownExecutions(records),
    announced: undefined,
  };
  const derived: DerivedEffects<FlowEffect> = {
    pending: () => [
      ...memory.newcomers.effects(),
      ...[dueOf(memory, changedAt(memory))].filter((due) => due !== undefined),
    ],
    isPending: (effect) => isPending(memory, effect),
  };
  const effects = new RecordedEffects<FlowEffect>(records, FLOW_EFFECT_KINDS, budget, derived);
  return Object.assign(memory, { effects });
}

/** Of those that follow from other records. */
function isPending(memory: Omit<FlowMemory, "effects">, effect: FlowEffect): boolean {
  const { newcomers } = memory;
  if (effect.kind === "takeExecution") return newcomers.isHanding(effect.generation, effect.newcomer ?? 0);
  if (effect.kind === "letGo") return newcomers.isGrown(effect);
  return effect.kind === "tellBoard" && isDue(memory, effect);
}

function standInFor(name: string, versions: Versions): FlowRecord {
  const generation = versions.newestGeneration();
  const [newest] = versions.newest(generation);
  return { name, generation, version: newest?.version ?? 1, exists: true, createdAt: 0, updatedAt: 0 };
}

export function refuseStart(
  memory: FlowMemory,
  { startedBy }: Pick<StartExecution, "startedBy">,
  now: number,
): Rejection | undefined {
  const { first, last, admission, index, flow } = memory;
  if (last - first + 1 >= RUNNING_EXECUTIONS_MAX)
    memory.running ??= index.countRunning(flow?.generation ?? 0);
  return admission.refuseRunning(memory.running ?? 0) ?? admission.refuseStart(startedBy, now);
}
