import type { QueueCommand, QueueEffect } from "../core/queue/command.ts";
import type { QueueMachine } from "../core/queue/queue-machine.ts";
import type { EffectTable } from "./performer.ts";
import { tellDirectory } from "./tell-directory.ts";

export const QUEUE_EFFECTS: EffectTable<QueueMachine, QueueEffect, QueueCommand> = {
  registerQueue: tellDirectory("register", "queue"),
  unregisterQueue: tellDirectory("unregister", "queue"),
};
