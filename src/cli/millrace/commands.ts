import type { Build } from "./command.ts";
import { answer } from "./commands/answer.ts";
import { apply } from "./commands/apply.ts";
import { backupCommand, restoreCommand } from "./commands/backup.ts";
import { boardCommands, search } from "./commands/board.ts";
import { callbacks } from "./commands/callbacks.ts";
import { executionPauseCommands } from "./commands/execution-pauses.ts";
import {
  executions,
  failures,
  history,
  logCommand,
  retry,
  run,
  show,
  steps,
  stop,
  valueCommand,
  watchCommand,
  fork,
} from "./commands/executions.ts";
import { doctorCommands } from "./commands/doctor.ts";
import { flowCommands } from "./commands/flows.ts";
import { importCommands } from "./commands/import.ts";
import { items } from "./commands/items.ts";
import { audit, keyCommands } from "./commands/keys.ts";
import { redrive } from "./commands/redrive.ts";
import { night } from "./commands/night.ts";
import { purge } from "./commands/purge.ts";
import { queueCommands } from "./commands/queues.ts";
import { scheduleCommands } from "./commands/schedules.ts";
import { serve } from "./commands/serve.ts";
import { health, login, metrics } from "./commands/service.ts";
import { taskCommands } from "./commands/tasks.ts";
import { timeline } from "./commands/timeline.ts";
import { deadCommands } from "./commands/dead.ts";
import { topicCommands } from "./commands/topics.ts";
import { work } from "./commands/work.ts";
import { workerCommands } from "./commands/workers.ts";

/** The command line: a new command is its place in one of these files. */
export const COMMANDS: readonly Build[] = [
  flowCommands,
  run,
  fork,
  watchCommand,
  executions,
  show,
  steps,
  failures,
  timeline,
  history,
  logCommand,
  valueCommand,
  stop,
  ...executionPauseCommands,
  redrive,
  items,
  purge,
  retry,
  callbacks,
  answer,
  taskCommands,
  work,
  workerCommands,
  scheduleCommands,
  night,
  boardCommands,
  search,
  doctorCommands,
  importCommands,
  apply,
  queueCommands,
  topicCommands,
  deadCommands,
  keyCommands,
  audit,
  serve,
  backupCommand,
  restoreCommand,
  login,
  health,
  metrics,
];
