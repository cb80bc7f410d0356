import { describe, expect, test } from "vitest";
import { DirectoryMachine } from "../../../src/core/directory/directory-machine.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { UNREADABLE_ROWS_TOLD } from "../../../src/core/limits.ts";
import type { SubscriptionSpec } from "../../../src/core/topic/topic.ts";
import { TopicMachine } from "../../../src/core/topic/topic-machine.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryCells } from "../../support/memory-cells.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun } from "../../support/queue-run.ts";

const NOW = 1_000_000;
const SPEC: SubscriptionSpec = {
  endpoint: { kind: "queue", queue: "jobs" },
  strategy: "backoff",
  format: "json",
};

const OTHER = '{"id":"register:2","kind":"registerFlow","generation":1,"since":1}';
const SPOILT_SUMMARY = '{"generation":1,"exists":true,"summary":{"version":"1"}}';

const told = (id: unknown) => ({ kind: "row", id, reason: expect.stringContaining("cannot be read") });

/** Spoils the first row whose key begins so; gives its key. */
function spoil(cells: MemoryCells, prefix: string, text = "{"): string {
  const [key] = [...cells.texts.keys()].filter((one) => one.startsWith(prefix)).toSorted();
  if (key === undefined) throw new Error(`no row ${prefix}`);
  cells.write(key, text);
  return key;
}

/** What is no JSON, and JSON of another shape. */
const NO_RECORDS = ["{", "null", "", "[]", "{}", '{"name":"flow","queue":{},"head":{}}'];
const UNREADABLE = { ok: false, code: "RecordUnreadable", detail: expect.stringContaining("delete it") };

describe.each(NO_RECORDS)("what an object is cannot be read: %j", (text) => {
  test("a flow says so, and can be deleted; what it started is stopped", () => {
    const cells = new MemoryCells();
    const act = (machine: FlowMachine, command: Parameters<FlowMachine["handle"]>[0]) => {
      const outcome = machine.handle(command, NOW);
      machine.save();
      return outcome;
    };
    const before = new FlowMachine(cells);
    const put = { type: "putFlow", name: "flow", definition: "one" } as const;
    const start = { type: "startExecution", name: "a", input: {}, startedBy: "key:k", startId: "a" } as const;
    act(before, put);
    act(before, start);
    cells.write("flow", text);
    const machine = new FlowMachine(cells);
    for (const command of [put, start, { type: "patchFlow", patch: {} } as const])
      expect(act(machine, command)).toEqual(UNREADABLE);
    expect(() => machine.flow).toThrow("cannot be read");
    expect(machine.nextTimerAt()).toBeUndefined();
    const end = {
      type: "executionEnded",
      generation: 1,
      name: "a",
      status: "Succeeded",
      endedAt: NOW,
    } as const;
    expect(act(machine, end)).toMatchObject({ ok: true });
    expect(act(machine, { type: "deleteFlow" })).toMatchObject({ ok: true, flow: { generation: 1 } });
    expect(machine.effects.takeNew().map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["unregisterFlow", "stopExecutions"]),
    );
    expect(act(machine, put)).toMatchObject({
      ok: true,
      created: true,
      flow: { name: "flow", generation: 2 },
    });
  });

  test("a topic says so, and can be deleted", () => {
    const cells = new MemoryCells();
    const act = (machine: TopicMachine, command: Parameters<TopicMachine["handle"]>[0]) => {
      const outcome = machine.handle(command, NOW);
      machine.save();
      return outcome;
    };
    const put = { type: "putTopic", attributes: {} } as const;
    act(new TopicMachine(cells), put);
    cells.write("topic", text);
    const machine = new TopicMachine(cells);
    expect(act(machine, put)).toEqual(UNREADABLE);
    expect(() => machine.get()).toThrow("cannot be read");
    expect(act(machine, { type: "deleteTopic" })).toMatchObject({ ok: true });
    expect(machine.get()).toBeUndefined();
    expect(act(machine, put)).toMatchObject({ ok: true, created: true });
    expect(machine.get()).toMatchObject({ messages: 0 });
  });

  test("a queue says so, and can be deleted", () => {
    const store = new MemoryQueueStore();
    const run = new QueueRun(store);
    run.send("job");
    store.writeHead(text);
    run.machine.discardMemory();
    expect(() => run.send("job")).toThrow("cannot be read");
    expect(() => run.counts()).toThrow("cannot be read");
    expect(run.do({ type: "deleteQueue" })).toMatchObject({ ok: true });
    expect(run.do({ type: "putQueue", attributes: {} })).toMatchObject({ ok: true, created: true });
    expect(run.counts().ready).toBe(0);
    run.restart();
    expect(run.send("job")).toMatchObject({ ok: true });
    expect(run.bodies()).toEqual(["job"]);
  });

  test("an execution says so", () => {
    const store = new MemoryExecutionStore();
    const run = new EngineRun(store, flowOf(taskStep("t")));
    store.writeCell("head", text);
    run.machine.discardMemory();
    expect(() => run.succeed("t")).toThrow("what is stored of the execution cannot be read");
  });
});

describe("one row that cannot be read", () => {
  test.each(["{", "null", "", "[]", '{"name":"a","number":"1"}'])(
    "of a flow's index leaves the other executions as they are: %j",
    (text) => {
      const cells = new MemoryCells();
      const act = (machine: FlowMachine, command: Parameters<FlowMachine["handle"]>[0]) => {
        const outcome = machine.handle(command, NOW);
        machine.save();
        return outcome;
      };
      const start = (machine: FlowMachine, name: string) =>
        act(machine, { type: "startExecution", name, input: {}, startedBy: "key:k", startId: name });
      const before = new FlowMachine(cells);
      act(before, { type: "putFlow", name: "flow", definition: "one" });
      for (const name of ["a", "b", "c"]) start(before, name);
      const key = spoil(cells, "execution:", text);
      const machine = new FlowMachine(cells);
      expect(start(machine, "d")).toMatchObject({ ok: true, created: true, execution: { number: 4 } });
      expect(Array.from(machine.executions(1), ({ name }) => name)).toEqual(["d", "c", "b"]);
      expect(act(machine, { type: "removeOld" })).toEqual({ ok: true });
      expect(machine.takeParked()).toEqual([told(key)]);
      expect(machine.takeParked()).toEqual([]);
    },
  );

  test.each([
    ["active", "{"],
    ["lookAt", '"soon"'],
  ])("of what a flow notes for itself (%s) stops nothing: it is noted anew", (row, text) => {
    const cells = new MemoryCells();
    const ended = { type: "executionEnded", generation: 1, name: "a", status: "Succeeded" } as const;
    const start = (machine: FlowMachine, name: string) =>
      machine.handle({ type: "startExecution", name, input: {}, startedBy: "k", startId: name }, NOW);
    const before = new FlowMachine(cells);
    before.handle({ type: "putFlow", name: "flow", definition: "one" }, NOW);
    start(before, "a");
    before.handle({ ...ended, endedAt: NOW }, NOW);
    before.save();
    spoil(cells, row, text);
    const machine = new FlowMachine(cells);
    expect(start(machine, "b")).toMatchObject({ ok: true, created: true });
    expect(machine.handle(machine.wakeCommand(), NOW)).toEqual({ ok: true });
    expect(machine.takeParked()).toEqual([told(row)]);
    machine.save();
    const after = new FlowMachine(cells);
    expect(after.nextTimerAt()).toBeGreaterThan(NOW);
    expect(after.takeParked()).toEqual([]);
  });

  test.each(["{", "7", '{"id":"register:1"}', '{"id":"register:1","kind":"gone","since":1}', OTHER])(
    "of a flow's effects leaves the others to be done: %s",
    (text) => {
      const cells = new MemoryCells();
      const before = new FlowMachine(cells);
      before.handle({ type: "putFlow", name: "flow", definition: "one" }, NOW);
      before.handle({ type: "startExecution", name: "a", input: {}, startedBy: "k", startId: "a" }, NOW);
      before.save();
      const key = spoil(cells, "effect:register", text);
      const machine = new FlowMachine(cells);
      expect(machine.effects.takeNew().map(({ kind }) => kind)).toEqual([
        "flowActive",
        "takeExecution",
        "tellBoard",
      ]);
      expect(machine.takeParked()).toEqual([told(key)]);
    },
  );

  test.each(["{", '{"name":"a","endpoint":7}'])(
    "of a topic's subscriptions keeps its messages until it is put anew, and the others get theirs: %s",
    (text) => {
      const cells = new MemoryCells();
      const before = new TopicMachine(cells);
      before.handle({ type: "putTopic", attributes: {} }, NOW);
      for (const name of ["a", "b"]) before.handle({ type: "subscribe", name, spec: SPEC }, NOW);
      before.handle({ type: "publish", id: "one", body: "text" }, NOW);
      before.save();
      const key = spoil(cells, "subscription:a", text);
      const machine = new TopicMachine(cells);
      const passedOn = () =>
        machine.effects.takeNew().flatMap((one) => ("message" in one ? one.subscription : []));
      expect(passedOn()).toEqual(["b"]);
      expect(machine.takeParked()).toEqual([told(key)]);
      machine.handle({ type: "subscribe", name: "a", spec: SPEC }, NOW);
      expect(passedOn()).toEqual(["a"]);
    },
  );

  test("of a topic's messages leaves the others to be passed on, and so do subscriptions that are not there", () => {
    const cells = new MemoryCells();
    const before = new TopicMachine(cells);
    before.handle({ type: "putTopic", attributes: {} }, NOW);
    before.handle({ type: "subscribe", name: "a", spec: SPEC }, NOW);
    for (const id of ["one", "two", "three"]) before.handle({ type: "publish", id, body: "text" }, NOW);
    before.save();
    const [first = "", second = "", third] = [...cells.texts.keys()].filter((key) =>
      key.startsWith("message:"),
    );
    cells.write(first, '{"message":{"id":"one"},"waiting":["a"]}');
    cells.write(second, (cells.read(second) ?? "").replace('["a"]', '["a","b"]'));
    const machine = new TopicMachine(cells);
    const passedOn = machine.effects.takeNew().flatMap((one) => ("message" in one ? [one.message] : []));
    expect(passedOn).toEqual([second, third].map((key) => Number(key?.slice("message:".length))));
    expect(machine.takeParked()).toEqual([told(first), told(second)]);
  });

  test("of a topic's subscriptions can be deleted, and the messages that waited for it go", () => {
    const cells = new MemoryCells();
    const before = new TopicMachine(cells);
    before.handle({ type: "putTopic", attributes: {} }, NOW);
    before.handle({ type: "subscribe", name: "a", spec: SPEC }, NOW);
    before.handle({ type: "publish", id: "one", body: "text" }, NOW);
    before.save();
    spoil(cells, "subscription:a");
    const machine = new TopicMachine(cells);
    expect(machine.handle({ type: "unsubscribe", name: "a" }, NOW)).toEqual({ ok: true });
    expect(machine.get()).toMatchObject({ messages: 0, subscriptions: 0 });
    expect(machine.handle({ type: "unsubscribe", name: "a" }, NOW)).toMatchObject({ ok: false });
  });

  test.each(["{", "[]", '{"generation":"1","exists":true,"id":7}', SPOILT_SUMMARY])(
    "of the directory leaves the other names, keys and entries, and a name can be told anew: %s",
    (text) => {
      const cells = new MemoryCells();
      const before = new DirectoryMachine(cells);
      for (const name of ["a", "b"])
        before.handle({ type: "register", kind: "flow", name, generation: 1 }, NOW);
      for (const id of ["one1", "two1"])
        before.handle({ type: "createKey", key: { id, role: "viewer" } }, NOW);
      before.save();
      const keys = [spoil(cells, "flow:a", text), spoil(cells, "key:one", text)];
      const machine = new DirectoryMachine(cells);
      expect([...machine.names("flow")]).toEqual(["b"]);
      expect(machine.accessKeys.all().map(({ id }) => id)).toEqual(["mradmin1", "two1"]);
      expect(machine.takeParked()).toEqual(keys.map(told));
      machine.handle({ type: "register", kind: "flow", name: "a", generation: 1 }, NOW);
      expect([...machine.names("flow")]).toEqual(["a", "b"]);
    },
  );

  test("is told once, and of very many the first ones", () => {
    const cells = new MemoryCells();
    for (let number = 0; number < UNREADABLE_ROWS_TOLD + 10; number++) cells.write(`flow:${number}`, "{");
    const machine = new DirectoryMachine(cells);
    expect([...machine.names("flow")]).toEqual([]);
    expect(machine.takeParked()).toHaveLength(UNREADABLE_ROWS_TOLD);
  });
});
