import type { QueueCommand, QueueEffect } from "../core/queue/command.ts";
import type { QueueMachine } from "../core/queue/queue-machine.ts";
import { DIRECTORY_OBJECT_NAME } from "../core/names.ts";
import { DONE, type EffectTable, type Executor } from "./performer.ts";

const tellDirectory: Executor<QueueMachine, QueueEffect, QueueCommand> = async (
  { env, object: name },
  effects,
) => {
  for (const { kind, generation } of effects) {
    const type = kind === "registerQueue" ? "register" : "unregister";
    await env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME).apply({ type, kind: "queue", name, generation });
  }
  return DONE;
};

export const QUEUE_EFFECTS: EffectTable<QueueMachine, QueueEffect, QueueCommand> = {
  registerQueue: { groupBy: ({ id }) => id, perform: tellDirectory },
  unregisterQueue: { groupBy: ({ id }) => id, perform: tellDirectory },
};
