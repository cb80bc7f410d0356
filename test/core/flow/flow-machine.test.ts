import { beforeEach, describe, expect, test } from "vitest";
import type { FlowCommand, PutFlow } from "../../../src/core/flow/command.ts";
import {
  EXECUTION_RETENTION_DAYS_DEFAULT,
  OVERDUE_AFTER_MS,
  PARKED_RETRY_FIRST_MS,
} from "../../../src/core/limits.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { readExecutions } from "../../../src/queries/flow-executions.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

let machine: FlowMachine;
let cells: MemoryCells;
let now: number;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new FlowMachine(cells);
  now = 1000;
});

function act(command: FlowCommand) {
  const outcome = machine.handle(command, now++);
  machine.save();
  return outcome;
}

function put(definition = "one", description?: string) {
  return act({
    type: "putFlow",
    name: "flow",
    definition,
    ...(description !== undefined && { description }),
  });
}

function start(name: string, startId = name, more: object = {}) {
  return act({ type: "startExecution", name, input: {}, startedBy: "key:k", startId, ...more });
}

function end(name: string, generation = 1) {
  return act({ type: "executionEnded", generation, name, status: "Succeeded", endedAt: now });
}

describe("a flow", () => {
  test("has a new version for each change, none for a repeat", () => {
    expect(put()).toMatchObject({ created: true, flow: { version: 1, generation: 1 } });
    expect(put()).toMatchObject({ created: false, flow: { version: 1 } });
    expect(put("two")).toMatchObject({ created: false, flow: { version: 2 } });
    expect(put("two", "in words")).toMatchObject({ flow: { version: 3 } });
    expect(machine.versions.find(1, 1)?.definition).toBe("one");
  });

  test("tells the directory of each change, and of nothing else", () => {
    const told = () => machine.effects.takeNew().filter(({ kind }) => kind === "registerFlow").length;
    expect([put(), machine.summary()?.revision, told()]).toMatchObject([{ summary: { revision: 1 } }, 1, 1]);
    expect([put(), told()]).toEqual([expect.not.objectContaining({ summary: expect.anything() }), 0]);
    expect([put("two", "in words"), told()]).toMatchObject([{ summary: { description: "in words" } }, 1]);
    const days = act({ type: "patchFlow", patch: { retentionDays: 7 } });
    expect([days, told()]).toMatchObject([{ summary: { version: 2, revision: 3, retentionDays: 7 } }, 1]);
    act({ type: "deleteFlow" });
    expect([machine.summary(), told()]).toEqual([undefined, 0]);
    expect([put(), told()]).toMatchObject([{ summary: { revision: 1 } }, 1]);
    expect([machine.summary(1), machine.summary(2)?.version]).toEqual([undefined, 1]);
  });

  test("reserves a name and asks its execution to take the start, over a restart, until it has", () => {
    put();
    expect(start("run")).toMatchObject({ created: true, execution: { status: "Starting", version: 1 } });
    machine.discardMemory();
    const effects = machine.effects.takeNew().filter(({ kind }) => kind === "takeExecution");
    expect(effects).toMatchObject([{ name: "run", generation: 1, version: 1 }]);
    for (const effect of effects) act({ type: "effectOver", effect });
    expect(machine.execution(1, "run")).toMatchObject({ status: "Running" });
  });

  test("finds the running execution of a name, tells a repeat from another start", () => {
    put();
    start("run", "a");
    expect(start("run", "a")).toMatchObject({ created: true, repeated: true });
    expect(start("run", "b")).toMatchObject({ created: false, execution: { name: "run" } });
  });

  test("starts older versions, and refuses those it has not", () => {
    put();
    put("two");
    expect(start("old", "a", { version: 1 })).toMatchObject({ execution: { version: 1 } });
    expect(start("none", "b", { version: 3 })).toMatchObject({ code: "VersionNotExists" });
  });

  test("asks for as long as it takes that an execution be started: nobody would tell whoever waits for it", () => {
    put();
    start("run");
    const effect = machine.effects.takeNew().find(({ kind }) => kind === "takeExecution");
    expect(effect && machine.effects.boundOf(effect)).toEqual({ is: "repeat" });
  });

  test("shows what it could not remove, keeps that over a restart, and asks anew when told to", () => {
    put();
    start("run");
    act({ type: "executionEnded", generation: 1, name: "run", status: "Succeeded", endedAt: now });
    for (const effect of machine.effects.takeNew()) act({ type: "effectOver", effect });
    now += 31 * 24 * 3600_000;
    act(machine.wakeCommand());
    const [effect] = machine.effects.takeNew();
    if (effect?.kind !== "removeExecutions") throw new Error("nothing is to be removed");
    const at = now;
    act({ type: "effectParked", effect, tries: 80, reason: "no answer" });
    machine.discardMemory();
    const parked = { kind: "removeExecutions", id: effect.id, at, tries: 80, reason: "no answer" };
    expect(machine.parked(now)).toMatchObject([{ ...parked, retryAt: at + PARKED_RETRY_FIRST_MS }]);
    machine.effects.takeNew();
    const since = now;
    act({ type: "retryEffects" });
    expect(machine.effects.takeNew()).toContainEqual({ ...effect, since });
    expect(machine.parked(now)).toEqual([]);
    machine.discardMemory();
    expect(machine.parked(now)).toEqual([]);
  });

  test("shows what it has tried for long to have done", () => {
    put();
    start("run");
    now += OVERDUE_AFTER_MS;
    machine.discardMemory();
    const shown = machine.parked(now);
    expect(shown.map(({ kind }) => kind).toSorted()).toEqual(["registerFlow", "takeExecution"]);
    for (const effect of machine.effects.takeNew()) act({ type: "effectOver", effect });
    expect(machine.parked(now)).toEqual([]);
  });

  test("lists executions newest first, in pages, by status, prefix and time; also after a restart", () => {
    put();
    for (const name of ["a1", "a2", "b1", "b2", "b3"]) start(name);
    end("b2");
    machine.discardMemory();
    start("b4");
    const list = (query: object) =>
      readExecutions(machine, { limit: 2, ...query })?.items.map(({ name }) => name);
    expect(list({})).toEqual(["b4", "b3"]);
    const last = readExecutions(machine, { limit: 2 })?.last;
    expect(list({ before: last?.number })).toEqual(["b2", "b1"]);
    const isLast = (query: object) => readExecutions(machine, { limit: 2, ...query })?.last === undefined;
    expect(isLast({ before: machine.execution(1, "b1")?.number })).toBe(true);
    expect([isLast({ prefix: "a" }), isLast({ prefix: "b" })]).toEqual([true, false]);
    expect(list({ status: "Succeeded" })).toEqual(["b2"]);
    expect(list({ prefix: "a" })).toEqual(["a2", "a1"]);
    expect(list({ to: machine.execution(1, "a1")?.startedAt })).toEqual(["a1"]);
    expect(list({ from: machine.execution(1, "b4")?.startedAt })).toEqual(["b4"]);
    expect(list({ startedBy: "key:other" })).toEqual([]);
  });

  test("is gone with its executions once it is deleted; of the same name, made again, it knows nothing of before", () => {
    put();
    start("run");
    act({ type: "deleteFlow" });
    expect(machine.flow).toBeUndefined();
    expect(start("run")).toMatchObject({ code: "FlowNotExists" });
    expect(machine.effects.takeNew().map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["unregisterFlow", "stopExecutions"]),
    );
    expect(put("new")).toMatchObject({ created: true, flow: { generation: 2, version: 1 } });
    expect(machine.execution(2, "run")).toBeUndefined();
    expect(start("run")).toMatchObject({ created: true, execution: { generation: 2 } });
    end("run", 1);
    expect(machine.execution(2, "run")?.endedAt).toBeUndefined();
  });

  test("is written only as it was read, or only when there is none, where that is asked for", () => {
    const write = (definition: string, expects: PutFlow["expects"]) =>
      act({ type: "putFlow", name: "flow", definition, ...(expects && { expects }) });
    expect(write("one", { generation: 1, version: 1 })).toMatchObject({ code: "FlowNotExists" });
    expect(write("one", "none")).toMatchObject({ created: true });
    expect(write("one", "none")).toMatchObject({ code: "FlowAlreadyExists" });
    expect(write("two", { generation: 1, version: 1 })).toMatchObject({ flow: { version: 2 } });
    expect(write("three", { generation: 1, version: 1 })).toMatchObject({ code: "ConcurrentUpdateError" });
    act({ type: "deleteFlow" });
    put("again");
    expect(write("three", { generation: 1, version: 1 })).toMatchObject({ code: "ConcurrentUpdateError" });
  });

  test("keeps its settings and its mode over changes that do not speak of them", () => {
    const settings = { roleArn: "acs:ram::1:role/r" };
    act({ type: "putFlow", name: "flow", definition: "one", settings, mode: "Express" });
    put("two");
    expect(machine.flow).toMatchObject({ version: 2, mode: "Express" });
    expect(machine.versions.find(1, 2)).toMatchObject({ settings });
    act({ type: "putFlow", name: "flow", definition: "two", settings: { roleArn: "other" } });
    expect(machine.versions.find(1, 3)).toMatchObject({ settings: { roleArn: "other" } });
    expect(start("run", "a", { mode: "Standard" })).toMatchObject({ code: "WrongExecutionMode" });
    expect(start("run", "a", { mode: "Express" })).toMatchObject({ created: true });
  });

  test("keeps over a patch what that does not name, its definition and its settings first of all", () => {
    const patch = (changes: object) => act({ type: "patchFlow", patch: changes });
    expect(patch({})).toMatchObject({ code: "FlowNotExists" });
    const settings = { roleArn: "acs:ram::1:role/r" };
    act({ type: "putFlow", name: "flow", definition: "one", description: "d", retentionDays: 2, settings });
    const before = machine.flow;
    expect(patch({})).toMatchObject({ ok: true, created: false });
    expect(machine.flow).toEqual(before);
    patch({ retentionDays: 4 });
    expect(machine.flow).toMatchObject({ version: 1, retentionDays: 4 });
    patch({ description: null });
    expect(machine.flow).toMatchObject({ version: 2, retentionDays: 4 });
    expect(machine.versions.find(1, 2)).toEqual({
      version: 2,
      definition: "one",
      settings,
      createdAt: now - 1,
    });
    patch({ retentionDays: null });
    expect(machine.flow?.retentionDays).toBe(EXECUTION_RETENTION_DAYS_DEFAULT);
    act({ type: "deleteFlow" });
    expect(patch({ description: "d" })).toMatchObject({ code: "FlowNotExists" });
  });

  test("does what is signed once, and again only for the same request", () => {
    const nonce = (request: string) => ({ nonce: { id: "n", at: now, request } });
    const first = {
      type: "putFlow",
      name: "flow",
      definition: "one",
      expects: "none",
      ...nonce("r"),
    } as const;
    expect(act(first)).toMatchObject({ created: true });
    expect(act(first)).toMatchObject({ ok: true });
    expect(act({ ...first, nonce: { ...first.nonce, request: "replay" } })).toMatchObject({
      code: "SignatureNonceUsed",
    });
    const remove = { type: "deleteFlow", ...nonce("d") } as const;
    expect(act(remove)).toMatchObject({ ok: true, flow: { generation: 1 } });
    expect(act(remove)).toEqual({ ok: true });
    put();
    expect(act({ ...remove, nonce: { ...remove.nonce, request: "replay" } })).toMatchObject({ ok: false });
    expect(machine.flow).toMatchObject({ generation: 2 });
  });
});
