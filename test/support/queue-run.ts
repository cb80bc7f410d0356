import type { QueueAttributes } from "../../src/core/queue/attributes.ts";
import type { QueueCommand, QueueOutcome, TaskForQueue } from "../../src/core/queue/command.ts";
import type { ReceivedMessage } from "../../src/core/queue/message.ts";
import { type Poller, Pollers } from "../../src/core/queue/pollers.ts";
import { QueueMachine } from "../../src/core/queue/queue-machine.ts";
import type { QueueStore } from "../../src/core/queue/store.ts";
import { START_AT } from "./engine-run.ts";

/** One queue on a store, with the clock in the test's hands. Every command is one commit. */
export class QueueRun {
  now = START_AT;
  readonly pollers = new Pollers();
  readonly machine: QueueMachine;

  constructor(store: QueueStore, attributes: Partial<QueueAttributes> = {}) {
    this.machine = new QueueMachine(store, this.pollers);
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

  poll(max = 1, worker?: string): { received: (readonly ReceivedMessage[])[]; poller: Poller } {
    const received: (readonly ReceivedMessage[])[] = [];
    const poller: Poller = {
      max,
      ...(worker !== undefined && { worker }),
      deliver: (messages) => void received.push(messages),
    };
    const outcome = this.do({ type: "work", remove: [], removeDone: [], receive: { max, poller } });
    if (outcome.ok && outcome.messages) received.push(outcome.messages);
    return { received, poller };
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
