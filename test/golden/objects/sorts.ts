import { DirectoryMachine } from "../../../src/core/directory/directory-machine.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import type { AnyEffect, Machine } from "../../../src/core/machine.ts";
import type { QueueCommand, QueueEffect, QueueOutcome } from "../../../src/core/queue/command.ts";
import { Pollers } from "../../../src/core/queue/pollers.ts";
import { SharedCache } from "../../../src/core/durable/shared-cache.ts";
import { type Message, isReady } from "../../../src/core/queue/message.ts";
import { QueueMachine } from "../../../src/core/queue/queue-machine.ts";
import type { StartFiring } from "../../../src/core/schedule/effect.ts";
import { ScheduleMachine } from "../../../src/core/schedule/schedule-machine.ts";
import { TopicMachine } from "../../../src/core/topic/topic-machine.ts";
import { MemoryCells } from "../../support/memory-cells.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import type { ObjectSort, Texts } from "./kept-object.ts";

/** Cells that count what the platform bills. */
class CountedCells extends MemoryCells {
  rowsWritten = 0;

  override write(key: string, text: string): void {
    this.rowsWritten++;
    super.write(key, text);
  }

  override delete(key: string): void {
    if (this.texts.has(key)) this.rowsWritten++;
    super.delete(key);
  }
}

function onCells<C, O, E extends AnyEffect, M>(
  machine: (cells: MemoryCells) => M & Machine<C, O, E>,
  read: ObjectSort<C, O, E, M, CountedCells>["read"],
): ObjectSort<C, O, E, M, CountedCells> {
  return {
    store(texts) {
      const cells = new CountedCells();
      for (const [key, text] of Object.entries(texts)) cells.texts.set(key, text);
      return cells;
    },
    texts: (cells) => Object.fromEntries(cells.texts),
    machine,
    read,
    rows: (cells) => cells.rowsWritten,
  };
}

export const QUEUE: ObjectSort<QueueCommand, QueueOutcome, QueueEffect, QueueMachine, MemoryQueueStore> = {
  store: (texts: Texts) => new MemoryQueueStore(texts),
  texts: (store) => store.texts(),
  machine: (store) => new QueueMachine(store, new Pollers(), new SharedCache()),
  read(machine, now, asked) {
    const queue = machine.read(now);
    return {
      effects: asked.filter(isKept),
      identity: queue.identity(),
      counts: queue.counts(),
      batches: [...queue.batches.named],
      messages: Array.from(queue.messages(), (message) => messageRead(machine, message)).toSorted(
        (a, b) => a.number - b.number,
      ),
      chunks: Array.from(queue.chunkSizes()).toSorted(([a], [b]) => a - b),
      nextVisibleAt: machine.nextVisibleAt(),
      next: machine.peek(100, now),
      workers: machine.registry.all(now),
    };
  },
  rows: ({ rowsWritten }) => rowsWritten,
};

/** The board is told of whatever is there: nobody keeps that, but shards of schedules do, by their changes. */
function isKept({ kind }: AnyEffect): boolean {
  return kind !== "tellBoard";
}

/** What the queue knows of a message, with what its chunk says of it. */
function messageRead(machine: QueueMachine, message: Message) {
  const { number, chunk, position, sentAt, visibleAt, lease, leased, deliveries, firstDeliveredAt } = message;
  const { withdrawn, dead, losses, unanswered, returnedAt, holder, death, expiresAt } = message;
  const times = { number, chunk, position, sentAt, visibleAt, lease, leased, deliveries, firstDeliveredAt };
  const fate = { withdrawn, dead, losses, unanswered, returnedAt, holder, death, expiresAt };
  return { ...machine.meta(message), ...times, ...fate, inLine: isReady(message) };
}

export const FLOW = onCells(
  (cells) => new FlowMachine(cells),
  (machine, _, asked) => {
    const { flow } = machine;
    const generations = [1, 2, 3];
    return {
      flow,
      effects: asked.filter(isKept),
      versions: generations.map((generation) => [...machine.versions.newest(generation)]),
      executions: generations.map((generation) => [...machine.executions(generation)]),
    };
  },
);

export const TOPIC = onCells(
  (cells) => new TopicMachine(cells),
  (machine, _, effects) => ({
    effects: effects.filter(isKept),
    topic: machine.get(),
    subscriptions: machine.subscriptions(),
    dead: machine.subscriptions().map(({ name }) => machine.deadLetters(name, { after: 0, limit: 10 })),
    messages: effects.filter(isKept).map((effect) => ("message" in effect ? machine.message(Number(effect.message)) : undefined)),
  }),
);

function isStart(effect: AnyEffect): effect is StartFiring {
  return effect.kind === "startFiring";
}

export const SHARD = onCells(
  (cells) => new ScheduleMachine(cells),
  (machine, now, asked) => {
    const schedules = [...machine.list()];
    // Firings are given their inputs when they start.
    const effects = asked.map((one) => (isStart(one) ? { ...one, input: machine.inputOf(one) } : one));
    const all = schedules.map(({ flow, name }) => ({
      key: `${flow}/${name}`,
      firings: [...machine.firings(flow, name)],
      backfills: ["b1", "b2", "b3"].map((id) => machine.backfill(flow, name, id)),
      hasPassed: machine.hasPassed(flow, name, now),
    }));
    return { schedules, all, effects, deadNotices: machine.deadNotices({ after: 0, limit: 10 }) };
  },
);

export const DIRECTORY = onCells(
  (cells) => new DirectoryMachine(cells),
  (machine, now) => ({
    names: (["flow", "queue", "topic"] as const).map((kind) => [...machine.names(kind)]),
    activeFlows: [...machine.activeFlows()],
    keys: machine.accessKeys.all(),
    holders: ["mradmin1", "ops1", "ops2", "w1"].map((id) => machine.accessKeys.holder(id, now)),
    audit: machine.auditLog.page({ limit: 100 }),
  }),
);
