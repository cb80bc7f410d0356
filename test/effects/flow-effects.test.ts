import { expect, test } from "vitest";
import type { FlowCommand } from "../../src/core/flow/command.ts";
import { FlowMachine } from "../../src/core/flow/flow-machine.ts";
import { FLOW_EFFECTS } from "../../src/effects/flow-effects.ts";
import type { Env } from "../../src/env.ts";
import { MemoryCells } from "../support/memory-cells.ts";

const machine = new FlowMachine(new MemoryCells());

function act(command: FlowCommand): void {
  machine.handle(command, 0);
  machine.save();
}

/** Executions that tell the flow of their end as soon as they are stopped. */
const env = {
  SCHEDULES: { getByName: () => ({ removeFlow: async () => {} }) },
  EXECUTIONS: {
    getByName: (object: string) => ({
      stop: async () => {
        const name = object.split("~").at(-1) ?? "";
        act({ type: "executionEnded", generation: 1, name, status: "Stopped", endedAt: 1 });
      },
    }),
  },
} as unknown as Env;

test("what runs of a deleted flow is stopped, some at a time, while ends are written to the index", async () => {
  act({ type: "putFlow", name: "flow", definition: "one" });
  for (let n = 0; n < 70; n++) {
    const name = `e${n}`;
    act({ type: "startExecution", name, input: {}, startedBy: "schedule:s", startId: name });
  }
  act({ type: "deleteFlow" });
  const effect = machine.effects.takeNew().find(({ kind }) => kind === "stopExecutions");
  if (effect?.kind !== "stopExecutions") throw new Error("nothing is to be stopped");
  const context = { env, object: "flow", machine, meter: { transportWritten: () => {} } };
  const stop = async () => (await FLOW_EFFECTS.stopExecutions.perform(context, [effect], 0)).done;
  expect([await stop(), await stop()]).toEqual([false, true]);
  expect(Array.from(machine.executions(1)).filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
});
