import { SharedCache } from "../../src/core/durable/shared-cache.ts";
import type { QueueAttributes } from "../../src/core/queue/attributes.ts";
import type {
  QueueCommand,
  QueueOutcome,
  SessionCall,
  TaskForQueue,
  Work,
} from "../../src/core/queue/command.ts";
import type { ReceivedMessage } from "../../src/core/queue/message.ts";
import { type Poller, Pollers, type Stop } from "../../src/core/queue/pollers.ts";
import { QueueMachine } from "../../src/core/queue/queue-machine.ts";
import type { QueueStore } from "../../src/core/queue/store.ts";
import { given } from "../../src/core/given.ts";
import { readWorkers } from "../../src/queries/queue-workers.ts";
import { START_AT } from "./engine-run.ts";

const ABOUT = { version: "1" };

/** What a waiting call was answered. */
interface Polled {
  readonly poller: Poller;
  readonly received: (readonly ReceivedMessage[])[];
  readonly stopped: Stop[];
  /** Milliseconds after the start, before which it is not to be answered. */
  readonly dismissedAt: number[];
}

/** One queue on a store, with the clock in the test's hands. Every command is one commit. */
export class QueueRun {
  now = START_AT;
  readonly pollers = new Pollers();
  readonly machine: QueueMachine;

  constructor(store: QueueStore, attributes: Partial<QueueAttributes> = {}) {
    this.machine = new QueueMachine(store, this.pollers, new SharedCache());
    this.do({ type: "putQueue", attributes });
  }

  do(...commands: QueueCommand[]): QueueOutcome {
    const outcomes = commands.map((command) => this.machine.handle(command, this.now));
    this.machine.beforeSave(this.now);
    this.machine.save(this.now);
    this.pollers.deliver();
    const last = outcomes.at(-1);
    if (!last) throw new Error("no command");
    return last;
  }

  send(...bodies: string[]): QueueOutcome {
    return this.do({ type: "sendMessages", messages: bodies.map((body) => ({ body })) });
  }

  receive(max = 1, leaseSeconds?: number): readonly ReceivedMessage[] {
    const receive = { max, ...(leaseSeconds !== undefined && { leaseSeconds }) };
    const outcome = this.do({ type: "work", remove: [], removeDone: [], receive });
    return outcome.ok ? (outcome.messages ?? []) : [];
  }

  bodies(max = 100): string[] {
    return this.receive(max).map(({ body }) => body);
  }

  remove(...receipts: string[]) {
    const outcome = this.do({ type: "work", remove: receipts, removeDone: [] });
    return outcome.ok ? outcome.verdicts : outcome;
  }

  /** One turn of a process of a runner; what is not given is as the API would have it. */
  work(
    id: string,
    { about = ABOUT, ...more }: Partial<Omit<Work, "type" | "session">> & Partial<SessionCall> = {},
  ) {
    const { worker = "north", key = "k", bye, takesOver, receive, ...lists } = more;
    const session = { id, worker, key, about, ...(bye && { bye }), ...(takesOver && { takesOver }) };
    const taker = receive && { ...receive, worker, session: id, key };
    const outcome = this.do({
      type: "work",
      remove: [],
      removeDone: [],
      session,
      ...(taker && { receive: taker }),
      ...lists,
    });
    if (!outcome.ok) throw new Error(outcome.detail);
    const { messages = [], beats = [], stop = [], notices = [], released = [], buried = [] } = outcome;
    return { messages, beats, stop, notices, released, buried, drain: outcome.drain ?? false };
  }

  /** Who works here, in order. */
  workers(names?: readonly string[]) {
    const query = { limit: 1000, ...(names && { names }) };
    return readWorkers(this.machine, this.pollers, query, this.now)?.items ?? [];
  }

  poll(max = 1, worker?: string, session?: string): Polled {
    const polled: Omit<Polled, "poller"> = { received: [], stopped: [], dismissedAt: [] };
    const taker = {
      max,
      ...(worker !== undefined && { worker }),
      ...(session !== undefined && { session, key: "k" }),
    };
    const poller: Poller = {
      ...taker,
      deliver(messages, stop) {
        polled.received.push(messages);
        polled.stopped.push(...stop);
      },
      dismiss: (at) => void polled.dismissedAt.push(at - START_AT),
    };
    const calls = session !== undefined && { session: { id: session, key: "k", ...given({ worker }) } };
    const receive = { ...taker, poller };
    const outcome = this.do({ type: "work", remove: [], removeDone: [], receive, ...calls });
    if (outcome.ok && outcome.messages) polled.received.push(outcome.messages);
    return { ...polled, poller };
  }

  /** Bodies that a worker of this name gets. */
  bodiesOf(worker: string, max = 100): string[] {
    const outcome = this.do({ type: "work", remove: [], removeDone: [], receive: { max, worker } });
    return outcome.ok ? (outcome.messages ?? []).map(({ body }) => body) : [];
  }

  accept(batch: string, ...paths: string[]): QueueOutcome {
    return this.do({ type: "acceptTasks", batch, execution: "e", tasks: paths.map((path) => task(path)) });
  }

  restart(): void {
    this.machine.discardMemory();
  }

  counts() {
    return this.machine.read(this.now).counts();
  }

  pass(seconds: number): void {
    this.now += seconds * 1000;
  }
}

export function task(path: string, more: Partial<TaskForQueue> = {}): TaskForQueue {
  const plain = { attempt: 1, body: `body of ${path}`, priority: 8, delaySeconds: 0, awaitsReport: true };
  return { id: `id of ${path}`, path, ...plain, ...more };
}
