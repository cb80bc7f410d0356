import { FIRST_LEASE_SECONDS, OPEN_POLLS_MAX } from "../limits.ts";
import { given } from "../given.ts";
import { jsonSize } from "../json.ts";
import type { MessageContent } from "../message-properties.ts";
import { PageBudget } from "../page-budget.ts";
import { reject } from "../result.ts";
import type { DrainWorker, Notice, QueueOutcome, Receive, SessionCall, Work } from "./command.ts";
import type { KeptQueue } from "./kept-queue.ts";
import { lostAfter } from "./losses.ts";
import {
  type Message,
  type NewMessage,
  type ReceivedMessage,
  receiptOf,
  receivedTask,
  toPeeked,
} from "./message.ts";
import type { Pollers, Stop } from "./pollers.ts";
import { after } from "./queue.ts";
import { beat, bury, release, removeDone, removeMessage } from "./receipts.ts";
import { drainIsOver, noWorker } from "./refusals.ts";
import type { Registry, WorkerCall } from "./registry.ts";

/** What a turn of a worker works on. */
export interface TurnContext {
  readonly memory: KeptQueue;
  readonly pollers: Pollers;
  readonly registry: Registry;
}

/** One turn of a worker: signs of life, what is done with, what is given back, then the next messages. */
export function takeTurn(context: TurnContext, work: Work, now: number): QueueOutcome {
  const { memory, pollers, registry } = context;
  const { session, receive } = work;
  if (receive?.poller && !receive.poller.isSocket && pollers.polls >= OPEN_POLLS_MAX) {
    return reject(
      "TooManyPolls",
      `${OPEN_POLLS_MAX} polls wait at this queue already: ask for messages less often`,
    );
  }
  const notices = noteWorker(context, work, now);
  if (session && work.holds) giveBackOthers(memory, session, work.holds, now);
  const beats = work.beats?.map((receipt) => beat(memory, receipt, work.beatSeconds, now));
  const verdicts = work.remove.map((receipt) => removeMessage(memory, receipt, work.onlyHeld ?? false, now));
  for (const receipt of work.removeDone) removeDone(memory, receipt, now);
  const released = work.release?.map((entry) => release(memory, entry, now));
  const buried = work.bury?.map(({ receipt, reason }) => bury(memory, receipt, reason, now));
  const who = workerOf(work);
  if (work.reported && who) registry.count(who, work.reported, now);
  const isDraining = registry.isDraining(who?.worker, now);
  const stop = session && stopsOf(context, session.id, work.beats ?? []);
  const refused = [beats, released, buried].some((list) => list?.some(({ ok }) => !ok));
  const answersNow = refused || (stop?.length ?? 0) > 0 || session?.bye === true;
  const received = receive && takeOrWait(context, receive, isDraining, answersNow, now);
  const drain = isDraining || undefined;
  return { ok: true, verdicts, ...given({ beats, released, buried, stop, notices, drain }), ...received };
}

/** All processes of the name are told at once. */
export function drainWorker(
  { pollers, registry }: TurnContext,
  { worker, draining, until, reason }: DrainWorker,
  now: number,
): QueueOutcome {
  if (draining && until !== undefined && until <= now) return drainIsOver();
  const drain = draining ? { since: now, ...given({ until, reason }) } : undefined;
  if (registry.setDrain(worker, drain).length === 0) return noWorker(worker);
  for (const poller of pollers.inTurn()) if (poller.worker === worker) pollers.serve(poller, []);
  return { ok: true };
}

/** Those who wait are told of tasks that ended, and get what became receivable in this commit. */
export function serveWaiting(context: TurnContext, now: number): void {
  const { memory, pollers, registry } = context;
  for (const message of memory.queue.takeStopped()) {
    const { session } = message;
    const poller = session === undefined ? undefined : pollers.ofSession(session);
    if (session !== undefined && poller) pollers.serve(poller, [], stopsOf(context, session, []));
  }
  if (!memory.queue.mayHaveMore || memory.queue.attributes.paused) return;
  for (const poller of pollers.inTurn()) {
    if (poller.max > 0 && !registry.isDraining(poller.worker, now) && memory.queue.next(poller.worker))
      pollers.serve(poller, lease(memory, poller, now));
  }
}

/** A session calls by its name, or not; other programs are known by the name they ask for messages with. */
function workerOf({ session, receive }: Work): WorkerCall | undefined {
  if (!session) return receive?.worker === undefined ? undefined : { worker: receive.worker };
  const { id, ...call } = session;
  return { session: id, ...call };
}

/** Gives what a session is to be told. */
function noteWorker(context: TurnContext, work: Work, now: number): Notice[] | undefined {
  const { session, receive } = work;
  const who = workerOf(work);
  if (session) endOthers(context, session, now);
  const notices = who && context.registry.note(who, (receive?.max ?? 0) > 0, now);
  return session && notices;
}

/** Of a session that says goodbye its waiting call, and of one whose place it takes the leases. */
function endOthers({ memory, pollers, registry }: TurnContext, session: SessionCall, now: number): void {
  const { id, key, worker, bye = false, takesOver } = session;
  if (bye) {
    const waiting = pollers.ofSession(id);
    if (waiting) pollers.remove(waiting);
  }
  const lost = takesOver === undefined ? [] : Array.from(memory.queue.held.of(takesOver));
  const messages = lost
    .filter(({ holder }) => holder?.key === key && holder.worker === worker)
    .map(({ number }) => number);
  if (messages.length === 0) return;
  memory.emit({ type: "released", messages, lost: true }, now);
  for (const loss of memory.queue.losses.splice(0)) registry.countLost(loss);
}

/** What was handed to a session, and did not arrive there, comes back at once. */
function giveBackOthers(
  memory: KeptQueue,
  { id, key }: SessionCall,
  holds: readonly string[],
  now: number,
): void {
  const { queue } = memory;
  const known = new Set(holds);
  const messages = Array.from(queue.held.of(id))
    .filter(({ withdrawn, holder }) => !withdrawn && holder?.key === key)
    .filter((message) => !known.has(receiptOf(queue.generation, message)))
    .map(({ number }) => number);
  if (messages.length > 0) memory.emit({ type: "released", messages }, now);
}

/** What a session holds though it is over; not what it asks of itself, and nothing twice. */
function stopsOf({ memory }: TurnContext, session: string, asked: readonly string[]): Stop[] {
  const { queue } = memory;
  const stops: Stop[] = [];
  for (const message of queue.held.of(session)) {
    if (!message.withdrawn || message.told) continue;
    message.told = true;
    const receipt = receiptOf(queue.generation, message);
    if (!asked.includes(receipt)) stops.push({ receipt, code: "TaskOver" });
  }
  return stops;
}

function takeOrWait(
  { memory, pollers }: TurnContext,
  receive: Receive,
  isDraining: boolean,
  answersNow: boolean,
  now: number,
): { messages?: readonly ReceivedMessage[] } {
  const isHeld = isDraining || memory.queue.attributes.paused !== undefined;
  const messages = isHeld ? [] : lease(memory, receive, now);
  const waits = isDraining || !receive.whileDraining;
  if (messages.length > 0 || answersNow || !waits || !receive.poller) return { messages };
  pollers.add(receive.poller, now);
  return {};
}

/** Takes up to `max` messages, as many as one answer has room for, and hides them for a while. */
function lease(memory: KeptQueue, receive: Omit<Receive, "poller">, now: number): ReceivedMessage[] {
  const { queue } = memory;
  const { max, worker, session, key } = receive;
  const asked = receive.leaseSeconds ?? queue.attributes.leaseSeconds;
  const isFirst = session !== undefined && asked > FIRST_LEASE_SECONDS;
  const leaseSeconds = isFirst ? FIRST_LEASE_SECONDS : asked;
  const until = after(now, leaseSeconds);
  const taken: { message: Message; sent: NewMessage }[] = [];
  const budget = new PageBudget();
  while (taken.length < max) {
    const message = queue.next(worker);
    if (!message) break;
    const sent = memory.sent(message);
    if (!budget.takesBytes(sizeOf(sent))) break;
    queue.takeNext(worker);
    taken.push({ message, sent });
  }
  if (taken.length > 0) {
    const messages = taken.map(({ message: { number } }) => number);
    const by = given({ worker, session, key, leaseSeconds: isFirst ? asked : undefined });
    memory.emit({ type: "leased", messages, until, ...by }, now);
  }
  return taken.map(({ message, sent }) => ({
    ...toPeeked(message, sent),
    receipt: receiptOf(queue.generation, message),
    leaseUntil: until,
    leaseSeconds,
    ...receivedTask(sent, lostAfter(message, queue.attributes), now),
  }));
}

/** Bytes as it is written: most messages have no properties. */
function sizeOf({ body, properties }: MessageContent): number {
  return jsonSize(body) + (properties ? JSON.stringify(properties).length : 0);
}
