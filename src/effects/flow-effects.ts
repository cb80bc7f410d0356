import type { FlowCommand, FlowEffect } from "../core/flow/command.ts";
import type { FlowMachine } from "../core/flow/flow-machine.ts";
import { given } from "../core/given.ts";
import { SCHEDULE_SHARDS, STARTS_IN_FLIGHT } from "../core/limits.ts";
import { DIRECTORY_OBJECT_NAME, executionObjectName, scheduleObjectName } from "../core/names.ts";
import { assert } from "../core/result.ts";
import type { Env } from "../env.ts";
import { DONE, type EffectRow, type EffectTable } from "./performer.ts";
import { tellDirectory } from "./tell-directory.ts";

type Row<K extends FlowEffect["kind"]> = EffectRow<
  FlowMachine,
  Extract<FlowEffect, { kind: K }>,
  FlowCommand
>;

/** Executions of a deleted flow that are stopped by one go. */
const STOPPED_AT_ONCE = 50;
/** Time for those that were stopped to tell the index. */
const STOP_PAUSE_MS = 100;

const takeExecution: Row<"takeExecution"> = {
  groupBy: ({ id }) => id,
  atOnce: STARTS_IN_FLIGHT,
  async perform({ env, object: flow, machine }, effects) {
    for (const { generation, name, version, input, inputText, startedBy, parent, lineage } of effects) {
      const stored = machine.versions.find(generation, version);
      assert(stored, "a version that was started is stored");
      const id = { flow, generation, name };
      const { definition } = stored;
      const execution = env.EXECUTIONS.getByName(executionObjectName(id));
      const start = { type: "start", id, version, definition, input, startedBy } as const;
      await execution.start({ ...start, ...given({ inputText, parent, lineage }) });
    }
    return DONE;
  },
};

const flowActive: Row<"flowActive"> = {
  groupBy: ({ kind }) => kind,
  async perform({ env, object: name }, effects) {
    for (const { generation, since: at } of effects) {
      await env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME).apply({ type: "active", name, generation, at });
    }
    return DONE;
  },
};

/** An execution that still has something to do keeps the others of its slice waiting, which harms nobody. */
const removeExecutions: Row<"removeExecutions"> = {
  groupBy: ({ id }) => id,
  async perform({ env, object: flow }, [effect]) {
    assert(effect, "a group is not empty");
    const { generation, executions } = effect;
    for (const { name } of executions) {
      const execution = env.EXECUTIONS.getByName(executionObjectName({ flow, generation, name }));
      if (!(await execution.remove())) return { done: false };
    }
    return DONE;
  },
};

/** A deleted flow takes its schedules and what runs of it along. */
const stopExecutions: Row<"stopExecutions"> = {
  groupBy: ({ id }) => id,
  async perform({ env, object: flow, machine }, [effect]) {
    assert(effect, "a group is not empty");
    await removeSchedules(env, flow, effect.generation);
    const { generation } = effect;
    const running = runningOf(machine, generation, STOPPED_AT_ONCE + 1);
    for (const name of running.slice(0, STOPPED_AT_ONCE)) {
      const execution = env.EXECUTIONS.getByName(executionObjectName({ flow, generation, name }));
      await execution.stop("FnF.FlowDeleted", "the flow was deleted");
    }
    return running.length > STOPPED_AT_ONCE ? { done: false, retryInMs: STOP_PAUSE_MS } : DONE;
  },
};

/** Names, read before anybody waits: while rows are read nothing may be written. */
function runningOf(machine: FlowMachine, generation: number, most: number): string[] {
  const names: string[] = [];
  for (const { name, endedAt } of machine.executions(generation)) {
    if (endedAt === undefined && names.push(name) >= most) break;
  }
  return names;
}

/** Of this generation: if the flow was made again in the meantime, the new one's stay. */
async function removeSchedules(env: Env, flow: string, generation: number): Promise<void> {
  const shards = Array.from({ length: SCHEDULE_SHARDS }, (_, shard) =>
    env.SCHEDULES.getByName(scheduleObjectName(shard)),
  );
  await Promise.all(shards.map((shard) => shard.removeFlow(flow, generation)));
}

export const FLOW_EFFECTS: EffectTable<FlowMachine, FlowEffect, FlowCommand> = {
  takeExecution,
  registerFlow: tellDirectory("register", "flow"),
  unregisterFlow: tellDirectory("unregister", "flow"),
  flowActive,
  stopExecutions,
  removeExecutions,
};
