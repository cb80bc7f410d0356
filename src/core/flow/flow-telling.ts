import { given } from "../given.ts";
import { jsonSize } from "../json.ts";
import type { Pause } from "../pause.ts";
import { type TellBoard, dueTelling } from "../telling.ts";
import { toldText } from "../told.ts";
import {
  BOARD_CAUSE_BYTES,
  BOARD_DESCRIPTION_BYTES,
  BOARD_ENTRY_BYTES,
  BOARD_FAILURES_TOLD,
  BOARD_FLOW_NEWEST,
} from "../view-limits.ts";
import type { BoardEntry, FlowDigest, FlowTelling, ToldCallback } from "./digest.ts";
import { type ExecutionIndex, type StoredEntry, withoutOwn } from "./execution-index.ts";
import type { FlowCallbacks } from "./flow-callbacks.ts";
import type { FlowRecord, FlowVersion } from "./flow.ts";
import type { HeldStarts } from "./held-starts.ts";
import type { RecentEnds } from "./recent.ts";
import { revisionOf } from "./summary.ts";
import type { Versions } from "./versions.ts";

/** What of a flow's memory is told, or tells whether there is something to tell. */
interface Known {
  readonly flow: FlowRecord | undefined;
  readonly unreadable: Error | undefined;
  readonly versions: Versions;
  readonly index: ExecutionIndex;
  readonly recent: RecentEnds;
  readonly callbacks: FlowCallbacks;
  readonly held: Pick<HeldStarts, "count">;
  /** Numbers of its first and its last execution. */
  readonly first: number;
  readonly last: number;
}

/** Names how a flow stands; undefined while there is none. */
export function standOf(memory: Known): string | undefined {
  const { flow, unreadable } = memory;
  return flow && !unreadable ? `${flow.generation}.${flow.exists ? countOf(memory) : "gone"}` : undefined;
}

/** Grows with each change that the board is told of. */
function countOf({ flow, last, recent }: Known): number {
  return (flow ? revisionOf(flow) : 0) + last + recent.now.changes;
}

/** What is to be told of a change at about that time, at the end of the pause that the board asked for. */
export function dueOf(memory: Known, at: number): TellBoard | undefined {
  const stand = standOf(memory);
  return stand === undefined ? undefined : dueTelling(stand, at, memory.recent.now.told);
}

/** About when a flow came to stand as it does. */
export function changedAt({ flow, index, recent }: Known): number {
  const started = index.first(index.newest(flow?.generation ?? 0))?.startedAt ?? 0;
  return Math.max(flow?.updatedAt ?? 0, started, recent.now.ends.at(-1)?.[2] ?? 0);
}

export function isDue(memory: Known, { id }: TellBoard): boolean {
  return id === dueOf(memory, 0)?.id;
}

/** A flow as it is told to the board. */
export function flowTelling(memory: Known): FlowTelling | undefined {
  const { flow, versions } = memory;
  if (!flow) return undefined;
  const { name, generation } = flow;
  const nth = countOf(memory);
  const version = flow.exists ? versions.find(generation, flow.version) : undefined;
  // Nothing comes after the end of a generation.
  if (!version) return { kind: "flow", name, generation, nth: nth + 1, entries: [] };
  const digest = digestOf(flow, version, memory);
  const callbacks = digest.callbacks === undefined ? [] : memory.callbacks.told(generation);
  const entries = toldEntries(memory, generation, callbacks);
  return { kind: "flow", name, generation, nth, digest, entries, ...(callbacks.length > 0 && { callbacks }) };
}

function toldEntries(
  { index, recent }: Known,
  generation: number,
  callbacks: readonly ToldCallback[],
): BoardEntry[] {
  const entries = new Map<number, StoredEntry>();
  for (const entry of index.newest(generation)) {
    entries.set(entry.number, entry);
    if (entries.size >= BOARD_FLOW_NEWEST) break;
  }
  for (const number of recent.now.unwell) {
    const entry = entries.has(number) ? undefined : index.at(generation, number);
    if (entry) entries.set(number, entry);
  }
  for (const { execution } of callbacks) {
    const entry = index.find(generation, execution);
    if (entry) entries.set(entry.number, entry);
  }
  return [...entries.values()].toSorted((a, b) => b.number - a.number).map(boardEntryOf);
}

function digestOf(
  { version, createdAt, updatedAt, paused }: FlowRecord,
  { description }: FlowVersion,
  { first, last, recent, held }: Known,
): FlowDigest {
  const { ended, ends, hours, took, unwell, lastGood, callbacks = 0 } = recent.now;
  const failing = unwell.filter((number) => number > lastGood);
  return {
    version,
    createdAt,
    updatedAt,
    running: last - ended - held.count,
    ...(held.count > 0 && { held: held.count }),
    ...(paused && { paused: withoutReason(paused) }),
    ...(callbacks > 0 && { callbacks }),
    indexed: last - first + 1,
    ends,
    hours,
    ...given({
      description: description === undefined ? undefined : toldText(description, BOARD_DESCRIPTION_BYTES),
      p50Ms: percentile(took, 0.5),
      p95Ms: percentile(took, 0.95),
    }),
    ...(failing.length > 0 && {
      failing: { count: failing.length, newest: failing.slice(-BOARD_FAILURES_TOLD) },
    }),
  };
}

function withoutReason<P extends Pause>({ reason: _, ...pause }: P): Omit<P, "reason"> {
  return pause;
}

/** The value that so large a part of them does not exceed. */
function percentile(values: readonly number[], part: number): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1];
}

function boardEntryOf(stored: StoredEntry): BoardEntry {
  const { generation: _, cause, labels, paused, ...entry } = withoutOwn(stored);
  const short = {
    ...entry,
    ...(paused && { paused: withoutReason(paused) }),
    ...given({ cause: cause === undefined ? undefined : toldText(cause, BOARD_CAUSE_BYTES) }),
  };
  if (!labels) return short;
  const whole = { ...short, labels };
  return jsonSize(whole, BOARD_ENTRY_BYTES) <= BOARD_ENTRY_BYTES ? whole : { ...short, labelsLeftOut: true };
}
