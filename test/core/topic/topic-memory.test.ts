import { expect, test } from "vitest";
import { Outbox } from "../../../src/core/host/outbox.ts";
import { OBJECT_MEMORY_BYTES } from "../../../src/core/limits.ts";
import type { TopicCommand, TopicEffect } from "../../../src/core/topic/command.ts";
import { TopicMachine } from "../../../src/core/topic/topic-machine.ts";
import { DiskCells } from "../../support/disk-cells.ts";
import { HeapWatch } from "../../support/heap.ts";

const START = Date.UTC(2026, 10, 23, 4);
const ROWS_A_LOOK = 5000;

/** A topic whose subscriptions take nothing. */
function topicWith(subscriptions: number): { cells: DiskCells; act(command: TopicCommand): string } {
  const cells = new DiskCells();
  const machine = new TopicMachine(cells);
  const act = (command: TopicCommand) => {
    const outcome = machine.handle(command, START);
    machine.save();
    return outcome.ok ? "ok" : outcome.code;
  };
  act({ type: "putTopic", attributes: {} });
  for (let number = 0; number < subscriptions; number++) {
    const endpoint = { kind: "queue", queue: "jobs" } as const;
    const spec = { endpoint, strategy: "backoff", format: "json" } as const;
    act({ type: "subscribe", name: `${number}-${"s".repeat(100)}`, spec });
  }
  return { cells, act };
}

function publishUntilRefused(act: (command: TopicCommand) => string): { published: number; code: string } {
  for (let published = 0; ; published++) {
    const code = act({ type: "publish", id: `message ${published}`, body: "b".repeat(1000) });
    if (code !== "ok") return { published, code };
  }
}

test.each([10, 100])(
  "a topic with %d subscriptions that take nothing refuses more than its memory holds",
  (subscriptions) => {
    const { cells, act } = topicWith(subscriptions);
    const { published, code } = publishUntilRefused(act);
    expect(code).toBe("MemoryFull");

    const watch = new HeapWatch();
    let rows = 0;
    cells.onRow = () => void (++rows % ROWS_A_LOOK === 0 && watch.look());
    const machine = new TopicMachine(cells);
    const outbox = new Outbox<TopicEffect>();
    outbox.add(machine.effects.takeNew().filter(({ kind }) => kind !== "tellBoard"));
    expect(machine.get()).toMatchObject({ messages: published });
    const held = watch.look();
    expect(watch.most).toBeLessThan(OBJECT_MEMORY_BYTES);
    // The formulas count no more than twice what is there.
    expect(held).toBeGreaterThan(OBJECT_MEMORY_BYTES / 2);
    expect(outbox.nextAt(START)).toBe(START);
  },
);

test("a topic that was full takes messages again once a subscription that takes none is gone", () => {
  const { act } = topicWith(100);
  expect(publishUntilRefused(act).code).toBe("MemoryFull");
  expect(act({ type: "unsubscribe", name: `7-${"s".repeat(100)}` })).toBe("ok");
  expect(act({ type: "publish", id: "one more", body: "" })).toBe("ok");
});
