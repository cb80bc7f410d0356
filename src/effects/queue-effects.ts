import type { QueueCommand, QueueEffect, ReportLost } from "../core/queue/command.ts";
import type { QueueMachine } from "../core/queue/queue-machine.ts";
import { assert } from "../core/result.ts";
import { count } from "../metrics.ts";
import { DONE, type EffectRow, type EffectTable } from "./performer.ts";
import { toRfc3339 } from "../core/time.ts";
import { tellBoard } from "./tell-board.ts";
import { tellDirectory } from "./tell-directory.ts";
import { tellWebhook } from "./tell-webhook.ts";

/** Fails a task that no worker gets any more. It may be over by now: that is its own affair. */
const reportLost: EffectRow<QueueMachine, ReportLost, QueueCommand> = {
  groupBy: ({ task }) => task.execution,
  async perform({ env, object }, effects) {
    const [first] = effects;
    assert(first, "a group is not empty");
    const reports = effects.map(({ task: { path, attempt }, cause }) => {
      return { type: "reportFailed", path, attempt, error: "Worker.Lost", cause } as const;
    });
    await env.EXECUTIONS.getByName(first.task.execution).report(reports);
    count("millrace_tasks_lost_total", object, effects.length);
    return DONE;
  },
};

export const QUEUE_EFFECTS: EffectTable<QueueMachine, QueueEffect, QueueCommand> = {
  registerQueue: tellDirectory("register", "queue"),
  unregisterQueue: tellDirectory("unregister", "queue"),
  reportLost,
  tellBoard,
  notifyLost: tellWebhook(({ worker, lostAt, count: messages, since }, queue) => ({
    type: "worker.lost",
    timestamp: toRfc3339(since),
    data: { queue, worker, lostAt: toRfc3339(lostAt), messages },
  })),
};
