import { given } from "../given.ts";
import { ACTIVE_TOLD_EVERY_MS } from "../limits.ts";
import { HELD_STARTS_MAX } from "../pause-limits.ts";
import { type Rejection, reject } from "../result.ts";
import type { FlowOutcome, StartExecution, TakeExecution } from "./command.ts";
import { type StoredEntry, withoutOwn } from "./execution-index.ts";
import { type FlowMemory, refuseStart } from "./flow-memory.ts";
import { takeId, takeIn } from "./newcomers.ts";
import type { ExecutionEntry, FlowRecord } from "./flow.ts";

const ROOM = "try again when some of those that were started have begun";

/** Reserves the name, and has the execution's object take the start: the one way in which anything of a flow starts. */
export function startExecution(
  memory: FlowMemory,
  flow: FlowRecord,
  command: StartExecution,
  now: number,
): FlowOutcome {
  const { name, startId, labels, startedBy, version = flow.version } = command;
  const { generation, mode = "Standard" } = flow;
  if (command.mode && command.mode !== mode) {
    const remedy = mode === "Express" ? "start it with StartSyncExecution" : "start it with StartExecution";
    return reject("WrongExecutionMode", `the execution mode of flow "${flow.name}" is ${mode}: ${remedy}`);
  }
  const known = memory.index.find(generation, name);
  if (known) {
    const execution = shownEntry(memory, known);
    return { ok: true, created: known.startId === startId, repeated: true, execution };
  }
  if (version < 1 || version > flow.version) {
    return reject(
      "VersionNotExists",
      `flow "${flow.name}" has versions 1 to ${flow.version}, not ${version}`,
    );
  }
  const isHeld = flow.paused !== undefined || memory.held.count > 0;
  const number = memory.last + 1;
  const take = takeEffect(generation, number, version, command, now);
  const refusal = isHeld
    ? refuseHeld(memory, flow, command, now)
    : (memory.budget.refusal(memory.effects.bytesOf(take), `flow "${flow.name}"`, ROOM) ??
      refuseStart(memory, command, now));
  if (refusal) return refusal;
  memory.last = number;
  if (memory.running !== undefined && !isHeld) memory.running++;
  const entry: StoredEntry = {
    name,
    generation,
    number,
    version,
    startedBy,
    startId,
    status: "Running",
    startedAt: now,
    ...(labels && { labels }),
    ...(isHeld && { held: flow.paused ? ("flowPaused" as const) : ("line" as const) }),
  };
  if (isHeld) {
    memory.index.add(entry);
    memory.held.add({ ...take, number });
  } else hand(memory, entry, take);
  tellActive(memory, generation, number, now);
  return { ok: true, created: true, execution: shownEntry(memory, entry) };
}

/** A small start is kept in the entry, and its execution is minded; another one is an effect of its own. */
function hand({ index, newcomers, effects }: FlowMemory, entry: StoredEntry, take: TakeExecution): void {
  const kept = newcomers.keptOf(take);
  index.add({ ...entry, ...given({ take: kept }) });
  if (!kept) {
    effects.add(take);
    return;
  }
  const minded = { ...take, newcomer: entry.number };
  newcomers.add(minded);
  effects.derive(minded);
}

/**
 * A generation is over. What was not handed yet is still handed, by effects of their own, so that whoever waits for those
 * executions hears of their end.
 */
export function handAlone({ newcomers, index, effects }: FlowMemory, generation: number): void {
  for (const number of newcomers.dissolve()) {
    const entry = index.at(generation, number);
    const take = entry && takeIn(entry);
    if (!take) continue;
    const { newcomer: _, ...alone } = take;
    effects.add(alone);
  }
}

/** What waits takes room on disk alone. */
function refuseHeld(
  { held, admission }: FlowMemory,
  { name, paused }: FlowRecord,
  { startedBy }: StartExecution,
  now: number,
): Rejection | undefined {
  if (paused?.starts === "refuse") {
    const why = paused.reason === undefined ? "" : `: ${paused.reason}`;
    return reject("FlowPaused", `flow "${name}" is paused by ${paused.by}${why}`);
  }
  if (held.count >= HELD_STARTS_MAX)
    return reject("FlowFull", `${HELD_STARTS_MAX} starts of flow "${name}" wait already: try again later`);
  return admission.refuseStart(startedBy, now);
}

/** An execution whose object has not taken the start yet is starting. */
export function shownEntry(memory: FlowMemory, stored: StoredEntry): ExecutionEntry {
  const entry = withoutOwn(stored);
  if (entry.endedAt !== undefined) return entry;
  const isStarting = entry.held !== undefined || isUntaken(memory, entry);
  return isStarting ? { ...entry, status: "Starting" } : entry;
}

function isUntaken(
  { effects, newcomers }: FlowMemory,
  { generation, number }: Pick<ExecutionEntry, "generation" | "number">,
): boolean {
  return newcomers.isHanding(generation, number) || effects.has({ id: takeId(generation, number) });
}

/** Whether its object is yet to be handed its start, or that it goes on. */
export function isBeingHanded(memory: FlowMemory, entry: StoredEntry): boolean {
  const { generation, number, redrives } = entry;
  return (
    isUntaken(memory, entry) ||
    (redrives !== undefined && memory.effects.has({ id: redriveTakeId(generation, number, redrives) }))
  );
}

/** Of the effect that hands over a redrive. */
export function redriveTakeId(generation: number, number: number, redrives: number): string {
  return `redrive:${generation}:${number}:${redrives}`;
}

function takeEffect(
  generation: number,
  number: number,
  version: number,
  { name, input, inputText, startedBy, parent, lineage, begin, forkedFrom }: StartExecution,
  since: number,
): TakeExecution {
  const optional = given({ inputText, parent, lineage, begin, forkedFrom });
  const own = { kind: "takeExecution", id: takeId(generation, number), since } as const;
  return { ...own, generation, name, version, input, startedBy, ...optional };
}

/** The directory is told now and then. */
function tellActive(memory: FlowMemory, generation: number, number: number, now: number): void {
  if (now - memory.activeAt < ACTIVE_TOLD_EVERY_MS) return;
  memory.activeAt = now;
  memory.kept.activeAt.put(now);
  memory.effects.add({ kind: "flowActive", generation, id: `active:${generation}:${number}`, since: now });
}
