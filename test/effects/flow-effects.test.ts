import { beforeEach, expect, test } from "vitest";
import type { FlowCommand, FlowEffect, StopExecutions } from "../../src/core/flow/command.ts";
import { FlowMachine } from "../../src/core/flow/flow-machine.ts";
import { OpenCalls } from "../../src/effects/open-calls.ts";
import { FLOW_EFFECTS } from "../../src/effects/flow-effects.ts";
import type { Env } from "../../src/env.ts";
import { MemoryCells } from "../support/memory-cells.ts";

const MANY = 130;

let machine: FlowMachine;
/** Names of the executions that were asked to stop, in order. */
let stopped: string[];
/** What an execution answers; it may throw. */
let answerOf: (name: string) => object;

const env = {
  SCHEDULES: { getByName: () => ({ removeFlow: async () => {} }) },
  EXECUTIONS: {
    getByName: (object: string) => ({
      stop: async () => {
        const name = object.split("~").at(-1) ?? "";
        stopped.push(name);
        return answerOf(name);
      },
    }),
  },
} as unknown as Env;

function act(command: FlowCommand): void {
  machine.handle(command, 0);
  machine.save();
}

beforeEach(() => {
  machine = new FlowMachine(new MemoryCells());
  stopped = [];
  answerOf = () => ({ ok: true });
  act({ type: "putFlow", name: "flow", definition: "one" });
  for (let n = 0; n < MANY; n++) {
    const name = `e${n}`;
    act({ type: "startExecution", name, input: {}, startedBy: "schedule:s", startId: name });
  }
  machine.effects.takeNew();
  act({ type: "deleteFlow" });
});

function isStop(effect: FlowEffect): effect is StopExecutions {
  return effect.kind === "stopExecutions";
}

/** Does what is asked for until no more is; gives how often each effect was tried. */
async function performAll(): Promise<number[]> {
  const meter = { transportWritten: () => {} };
  const context = { env, object: "flow", machine, calls: new OpenCalls(), meter };
  const tried: number[] = [];
  for (let effect = machine.effects.takeNew().find(isStop); effect;) {
    for (let tries = 0; machine.effects.isPending(effect); tries++) {
      expect(tries).toBeLessThan(10);
      const { done, commands = [] } = await FLOW_EFFECTS.stopExecutions.perform(context, [effect], tries);
      for (const command of commands) act(command);
      if (done) tried.push(tries + 1);
    }
    effect = machine.effects.takeNew().find(isStop);
  }
  return tried;
}

test("what runs of a deleted flow is stopped, some at a time, each once, though none tells its end", async () => {
  expect(await performAll()).toEqual([1, 1, 1]);
  expect(stopped).toHaveLength(MANY);
  expect(new Set(stopped).size).toBe(MANY);
});

test("ends that are written to the index meanwhile do not get in the way", async () => {
  answerOf = (name) => {
    act({ type: "executionEnded", generation: 1, name, status: "Stopped", endedAt: 1 });
    return { ok: true };
  };
  await performAll();
  expect(stopped).toHaveLength(MANY);
  expect(Array.from(machine.executions(1)).filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
});

test("one that never answers is asked a few times, and holds up no other", async () => {
  answerOf = (name) => {
    if (name === "e100") throw new Error("no answer");
    return name === "e20" ? { ok: false, code: "ExecutionStarting", detail: "" } : { ok: true };
  };
  await performAll();
  expect(new Set(stopped).size).toBe(MANY);
  expect(stopped.filter((name) => name === "e100").length).toBeLessThan(10);
  expect(stopped.length).toBeLessThan(10 * MANY);
});

test("an execution that is ended already is none that does not answer", async () => {
  answerOf = () => ({ ok: false, code: "ExecutionAlreadyCompleted", detail: "" });
  expect(await performAll()).toEqual([1, 1, 1]);
});
