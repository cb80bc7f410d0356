import { Command } from "commander";
import type { Build } from "../command.ts";

/** A line in the help: `src/cli/main.ts` calls the runner before any of this is loaded, since a runner is there for long. */
export const work: Build = Object.assign(
  () =>
    new Command("work")
      .summary("Takes tasks from queues and runs a command for each")
      .usage("QUEUE[=SLOTS]... [options] -- COMMAND ARG..."),
  { calls: ["POST /v1/queues/{queue}/work"] },
);
