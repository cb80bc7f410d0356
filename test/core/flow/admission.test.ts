import { beforeEach, describe, expect, test } from "vitest";
import type { FlowCommand } from "../../../src/core/flow/command.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { RUNNING_EXECUTIONS_MAX, STARTS_PER_SECOND_MAX } from "../../../src/core/limits.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

let machine: FlowMachine;

beforeEach(() => {
  machine = new FlowMachine(new MemoryCells());
  act({ type: "putFlow", name: "flow", definition: "one" }, 0);
});

function act(command: FlowCommand, now: number) {
  const outcome = machine.handle(command, now);
  machine.save();
  return outcome;
}

function start(name: string, now: number, startedBy = "key:k") {
  return act({ type: "startExecution", name, input: {}, startedBy, startId: name }, now);
}

/** Their executions begin. */
function takeStarts(): void {
  for (const effect of machine.effects.takeNew()) act({ type: "effectOver", effect }, 0);
}

function end(name: string) {
  const ended = { type: "executionEnded", generation: 1, name, status: "Succeeded", endedAt: 1 } as const;
  return act(ended, 1);
}

describe("a flow", () => {
  test("takes so many starts a second from outside; schedules and parents have a pace of their own", () => {
    for (let nth = 0; nth < STARTS_PER_SECOND_MAX; nth++) start(`run${nth}`, 1000 + (nth % 1000));
    expect(start("more", 1999)).toMatchObject({ ok: false, code: "TooManyStarts" });
    expect(start("run1", 1999)).toMatchObject({ ok: true, repeated: true });
    expect(start("scheduled", 1999, "schedule:s")).toMatchObject({ created: true });
    expect(start("child", 1999, "execution:flow/run1")).toMatchObject({ created: true });
    expect(start("more", 2000)).toMatchObject({ created: true });
  });

  test("has so many executions running and no more, also after a restart", () => {
    for (let nth = 0; nth < RUNNING_EXECUTIONS_MAX; nth++) {
      start(`run${nth}`, 0, "schedule:s");
      takeStarts();
    }
    expect(start("more", 0, "schedule:s")).toMatchObject({ ok: false, code: "TooManyExecutions" });
    machine.discardMemory();
    expect(start("more", 0, "schedule:s")).toMatchObject({ ok: false, code: "TooManyExecutions" });
    end("run7");
    end("run7");
    expect(start("more", 0, "schedule:s")).toMatchObject({ created: true });
    expect(start("one more", 0, "schedule:s")).toMatchObject({ ok: false, code: "TooManyExecutions" });
  });
});
