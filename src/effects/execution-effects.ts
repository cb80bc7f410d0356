import { carry } from "../carry.ts";
import { callbackStand } from "../core/engine/callbacks.ts";
import type { ExecutionCommand } from "../core/engine/command.ts";
import type {
  ExecutionEffect,
  ReportCallbacks,
  ReportEnd,
  ReportParent,
  ReportPaused,
  StopChild,
  Withdraw,
} from "../core/engine/state/effect.ts";
import type { Execution } from "../core/engine/contract.ts";
import type { ExecutionMachine } from "../core/engine/execution-machine.ts";
import { toldEnd } from "../core/engine/told-end.ts";
import { given } from "../core/given.ts";
import { SCHEDULE_SHARDS } from "../core/limits.ts";
import { scheduleObjectName } from "../core/names.ts";
import { assert } from "../core/result.ts";
import { parseFiringId, scheduleShard } from "../core/schedule/schedule.ts";
import { callTask } from "./call-task.ts";
import { stopChild } from "./calls/flow.ts";
import { locate } from "./locate.ts";
import { DONE, type EffectRow, type EffectTable } from "./performer.ts";
import { sendTasks } from "./send-tasks.ts";

/** Takes back messages of attempts that are over. */
const withdraw: EffectRow<ExecutionMachine, Withdraw, ExecutionCommand> = {
  groupBy: ({ queue, task, inside = "", items }) =>
    `${queue} ${task === undefined} ${inside} ${JSON.stringify(items)}`,
  async perform({ env, object }, effects) {
    const [first] = effects;
    assert(first, "a group is not empty");
    const { queue, inside, items } = first;
    const tasks = effects.flatMap(({ task }) => task ?? []);
    // A queue that does not exist any more has nothing to give back.
    await env.QUEUES.getByName(queue).withdraw({
      type: "withdraw",
      execution: object,
      ...(tasks.length > 0 && { tasks }),
      ...given({ inside, items }),
    });
    return DONE;
  },
};

const reportEnd: EffectRow<ExecutionMachine, ReportEnd, ExecutionCommand> = {
  groupBy: ({ id }) => id,
  async perform({ env, machine }) {
    const { execution } = machine;
    assert(execution, "an execution reports its end");
    const { id, status, redrives, startedAt, endedAt = 0, error } = execution.state.head;
    const outcome = await env.FLOWS.getByName(id.flow).executionEnded({
      type: "executionEnded",
      generation: id.generation,
      name: id.name,
      ...toldEnd(execution.state.head),
    });
    const firing = outcome.ok ? parseFiringId(outcome.startId ?? "") : undefined;
    if (firing) {
      const shard = scheduleShard(firing.flow, firing.name, SCHEDULE_SHARDS);
      await env.SCHEDULES.getByName(scheduleObjectName(shard)).executionOver({
        type: "executionOver",
        ...firing,
        executionName: id.name,
        status,
        startedAt,
        endedAt,
        ...given({ redrives }),
        ...(error !== undefined && { error }),
      });
    }
    return DONE;
  },
};

const reportPaused: EffectRow<ExecutionMachine, ReportPaused, ExecutionCommand> = {
  groupBy: ({ id }) => id,
  async perform({ env, machine }, [effect]) {
    const { execution } = machine;
    assert(execution && effect, "an execution tells of its pause");
    const { flow, generation, name } = execution.state.head.id;
    const { fact, paused } = effect;
    const told = { type: "pauseTold", generation, name, fact, ...(paused && { paused }) } as const;
    await env.FLOWS.getByName(flow).pauseTold(told);
    return DONE;
  },
};

const reportCallbacks: EffectRow<ExecutionMachine, ReportCallbacks, ExecutionCommand> = {
  groupBy: ({ id }) => id,
  async perform({ env, machine }) {
    const { execution } = machine;
    assert(execution, "an execution tells of its callbacks");
    const { id, nextFact: fact } = execution.state.head;
    const { flow, generation, name } = id;
    const stand = callbackStand(execution.state);
    await env.FLOWS.getByName(flow).callbacksTold({
      type: "callbacksTold",
      generation,
      name,
      fact,
      ...stand,
    });
    return DONE;
  },
};

/** Ends a child that a task waited for which is over. */
const stopChildOf: EffectRow<ExecutionMachine, StopChild, ExecutionCommand> = {
  groupBy: ({ id }) => id,
  async perform({ env, object }, effects) {
    for (const { flow, name, path, attempt } of effects) {
      await stopChild(env, flow, name, { execution: object, path, attempt });
    }
    return DONE;
  },
};

/** Tells a task of another execution, which waited for this one's end. It may be over itself: that is its own affair. */
const reportParent: EffectRow<ExecutionMachine, ReportParent, ExecutionCommand> = {
  groupBy: ({ id }) => id,
  async perform({ env, machine }, [effect]) {
    const { execution } = machine;
    assert(execution && effect, "an execution reports its end");
    const { path, attempt, execution: parent } = effect.parent;
    const report = { path, attempt, isOwnEnd: true, ...resultOf(execution) } as const;
    await env.EXECUTIONS.getByName(parent).report(carry([report]));
    return DONE;
  },
};

/** How an execution's end looks to the task that waited for it (spec: FDL sections 5.5 and 12.10). */
function resultOf({ state, context }: Execution) {
  const { status, output, error, cause } = state.head;
  if (status === "Succeeded") {
    return { type: "reportSucceeded", output: output ? context.values.unpack(output) : {} } as const;
  }
  return { type: "reportFailed", error: error ?? `FnF.${status}`, cause: cause ?? "" } as const;
}

export const EXECUTION_EFFECTS: EffectTable<ExecutionMachine, ExecutionEffect, ExecutionCommand> = {
  sendTasks,
  callTask,
  locate,
  withdraw,
  stopChild: stopChildOf,
  reportParent,
  reportPaused,
  reportCallbacks,
  reportEnd,
};
