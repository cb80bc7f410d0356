import type { ExecutionCommand } from "../core/engine/command.ts";
import type { ExecutionEffect, ReportEnd, Withdraw } from "../core/engine/effect.ts";
import type { ExecutionMachine } from "../core/engine/execution-machine.ts";
import { assert } from "../core/result.ts";
import { DONE, type EffectRow, type EffectTable } from "./performer.ts";
import { sendTasks } from "./send-tasks.ts";

/** Takes back messages of attempts that are over. */
const withdraw: EffectRow<ExecutionMachine, Withdraw, ExecutionCommand> = {
  groupBy: ({ queue, task }) => `${queue} ${task === undefined}`,
  async perform({ env, object }, effects) {
    const queue = env.QUEUES.getByName(effects[0]?.queue ?? "");
    const tasks = effects.flatMap(({ task }) => task ?? []);
    // A queue that does not exist any more has nothing to give back.
    await queue.withdraw({ type: "withdraw", execution: object, ...(tasks.length > 0 && { tasks }) });
    return DONE;
  },
};

const reportEnd: EffectRow<ExecutionMachine, ReportEnd, ExecutionCommand> = {
  groupBy: ({ id }) => id,
  async perform({ env, machine }) {
    const { execution } = machine;
    assert(execution, "an execution reports its end");
    const { id, status, endedAt = 0, error, cause } = execution.head;
    await env.FLOWS.getByName(id.flow).executionEnded({
      type: "executionEnded",
      generation: id.generation,
      name: id.name,
      status,
      endedAt,
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
    return DONE;
  },
};

export const EXECUTION_EFFECTS: EffectTable<ExecutionMachine, ExecutionEffect, ExecutionCommand> = {
  sendTasks,
  withdraw,
  reportEnd,
};
