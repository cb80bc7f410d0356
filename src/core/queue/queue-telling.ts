import { given } from "../given.ts";
import { fitting, toldReason, toldSize } from "../told.ts";
import {
  BOARD_CAUSE_BYTES,
  BOARD_ENTRY_BYTES,
  BOARD_LIST_BYTES,
  BOARD_WORKERS_TOLD,
} from "../view-limits.ts";
import type { QueueDigest, QueueTelling, WorkerCounts } from "./digest.ts";
import type { QueueRates } from "./depth-history.ts";
import type { Pollers } from "./pollers.ts";
import type { Queue } from "./queue.ts";
import type { Registry } from "./registry.ts";
import { type ShownWorker, viewer } from "./shown-workers.ts";

/** A queue as it is told to the board at a time; undefined when there never was one. */
export function queueTelling(
  queue: Queue,
  registry: Registry,
  pollers: Pollers,
  rates: QueueRates,
  name: string,
  now: number,
): QueueTelling | undefined {
  const { generation, exists } = queue;
  if (generation === 0) return undefined;
  // Of two that differ the later counts: nothing is kept that could number them.
  const telling = { kind: "queue", name, generation, nth: now } as const;
  return exists
    ? { ...telling, digest: { ...digestOf(queue, registry, pollers, now), ...ratesOf(rates) } }
    : telling;
}

function digestOf(queue: Queue, registry: Registry, pollers: Pollers, now: number): QueueDigest {
  const { createdAt, changedAt, attributes } = queue;
  const { ready, readyForNamed, delayed, leased, dead } = queue.counts();
  const view = viewer(queue, registry, pollers, now);
  const workers = registry.all(now).map((entry) => shown(view(entry)));
  return {
    createdAt,
    updatedAt: changedAt,
    depth: { ready, readyForNamed, delayed, inFlight: leased, deadLetters: dead },
    waitingPolls: pollers.size,
    ...given({ paused: attributes.paused && toldReason(attributes.paused, BOARD_CAUSE_BYTES) }),
    ...given({ oldestAt: queue.oldestReadyAt() }),
    ...given({ unaskedSince: unaskedSince(queue), diedAt: diedAt(queue) }),
    workers: countsOf(workers),
    ...processesOf(workers),
  };
}

function processesOf(workers: readonly ShownWorker[]): Pick<QueueDigest, "processes" | "processesLeftOut"> {
  const wanted = workers.toSorted(byUrgency).slice(0, BOARD_WORKERS_TOLD);
  const processes = fitting(wanted.map(short), BOARD_LIST_BYTES);
  const leftOut = workers.length - processes.length;
  return { processes, ...(leftOut > 0 && { processesLeftOut: leftOut }) };
}

/** A worker as far as there is room for it: its queue tells the rest. */
function short(worker: ShownWorker): ShownWorker {
  const { drain } = worker;
  const whole = { ...worker, ...(drain && { drain: toldReason(drain, BOARD_CAUSE_BYTES) }) };
  if (toldSize(whole) <= BOARD_ENTRY_BYTES) return whole;
  const { lastError: _, hours: __, ...rest } = whole;
  return rest;
}

/** Of a queue in which nothing moves nothing is told. */
function ratesOf(rates: QueueRates): Pick<QueueDigest, "rates"> {
  return rates.in > 0 || rates.out > 0 ? { rates } : {};
}

function unaskedSince(queue: Queue): number | undefined {
  const [first] = queue.peek(1);
  return first && queue.unaskedSince(first);
}

function diedAt(queue: Queue): number | undefined {
  let last: number | undefined;
  for (const { death, returnedAt, sentAt } of queue.deadLetters())
    last = Math.max(last ?? 0, death?.at ?? returnedAt ?? sentAt);
  return last;
}

function shown({ held: _, ...told }: ReturnType<ReturnType<typeof viewer>>): ShownWorker {
  return told;
}

function countsOf(workers: readonly ShownWorker[]): WorkerCounts {
  const here = workers.filter(({ state }) => state !== "gone");
  const failing = here.filter(({ trouble }) => trouble === "failing");
  return { all: machinesIn(here), failing: machinesIn(failing) };
}

function machinesIn(workers: readonly ShownWorker[]): number {
  return new Set(workers.map(({ worker, session }) => worker ?? `/${session ?? ""}`)).size;
}

function byUrgency(a: ShownWorker, b: ShownWorker): number {
  return urgencyOf(a) - urgencyOf(b) || b.lastSeenAt - a.lastSeenAt;
}

/** The lower, the sooner somebody should look at it. */
function urgencyOf({ state, trouble, draining }: ShownWorker): number {
  if (state === "gone") return 4;
  if (trouble === "failing") return 0;
  if (state === "late") return 1;
  return trouble === "slow" || draining ? 2 : 3;
}
