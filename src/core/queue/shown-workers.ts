import { given } from "../given.ts";
import type { WorkerView } from "../worker-views.ts";
import { type WorkerTrouble, hoursAt, troubleOf, usualMs } from "./finished-tasks.ts";
import type { Message } from "./message.ts";
import type { Pollers, Taker } from "./pollers.ts";
import type { Queue } from "./queue.ts";
import type { Registry } from "./registry.ts";
import { type WorkerEntry, isDraining, workerState } from "./worker-entry.ts";

export type ShownWorker = Omit<WorkerView, "running">;

/** Shows workers as they are now, with the messages that they hold. */
export function viewer(queue: Queue, registry: Registry, pollers: Pollers, now: number) {
  const waiting = pollers.inTurn();
  const waits = { sessions: new Set(waiting.map(({ session }) => session)), names: namesOf(waiting) };
  const usual = usualMs(registry.all(now));
  return (entry: WorkerEntry): ShownWorker & { readonly held: readonly Message[] } => {
    const { session, worker = "" } = entry;
    const isWaiting = session === undefined ? waits.names.has(worker) : waits.sessions.has(session);
    const awaitedSince = registry.awaitedSince(entry, now);
    const held = heldBy(queue, entry);
    const trouble = troubleOf(entry, usual);
    const own = viewOf(entry, held, { isWaiting, ...given({ awaitedSince }) }, now);
    const failingSince = failedSince(entry, trouble);
    return { ...own, ...given({ trouble, failingSince }), held };
  };
}

/** Of one that fails: since when, as far as is known. */
function failedSince(
  { finished = [], lately = "", lastError }: WorkerEntry,
  trouble: WorkerTrouble | undefined,
): number | undefined {
  if (trouble !== "failing") return undefined;
  return (finished.slice(-lately.length).find(({ error }) => error !== undefined) ?? lastError)?.at;
}

/** Of polls without a session. */
function namesOf(pollers: readonly Taker[]): Set<string> {
  return new Set(
    pollers.flatMap(({ session, worker }) => (session === undefined && worker !== undefined ? [worker] : [])),
  );
}

function heldBy({ held }: Queue, { session, worker = "" }: WorkerEntry): Message[] {
  return [...(session === undefined ? held.ofName(worker) : held.of(session))];
}

function viewOf(
  entry: WorkerEntry,
  held: readonly Message[],
  signs: { readonly isWaiting: boolean; readonly awaitedSince?: number },
  now: number,
): ShownWorker {
  const { ended: _, about = {}, finished: __, drain, hours, ...known } = entry;
  const draining = isDraining(entry, now);
  const ofADay = hoursAt(hours ?? [], now);
  return {
    ...known,
    ...(ofADay.length > 0 && { hours: ofADay }),
    draining,
    ...(draining && given({ drain })),
    ...about,
    state: workerState(entry, { leases: held.length, ...signs }, now),
    leases: held.length,
  };
}
