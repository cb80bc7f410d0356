import { setTimeout as pause } from "node:timers/promises";
import { createLogUpdate } from "log-update";
import type * as z from "zod";
import {
  drainAnswer,
  drainBody,
  workerAnswer,
  workersAnswer,
  workersQuery,
} from "../../../http/contract/workers.ts";
import type { Client } from "../../client.ts";
import { UsageError } from "../../usage-error.ts";
import { command, group } from "../command.ts";
import { EXIT_CODES } from "../failure.ts";
import { duration, table } from "../format.ts";
import type { Output, Said } from "../output.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";

type Page = z.output<typeof workersAnswer>;
type Worker = Page["items"][number];

const LOOK_MS = 2000;
const NONE = "no workers: `npx millrace work QUEUE -- COMMAND` is one";

function pathOf(queue: string | undefined): string {
  return queue === undefined ? "/v1/workers" : `/v1/queues/${encodeURIComponent(queue)}/workers`;
}

function describe({ items }: Page, output: Output): string {
  const now = Date.now();
  return table(
    output,
    items,
    [
      ["QUEUE", ({ queue }) => queue],
      ["NAME", ({ name = "-" }) => name],
      ["STATE", (worker) => stateOf(worker, output)],
      ["HOST", ({ host }) => host],
      ["SLOTS", ({ slots }) => slots],
      ["HOLDS", ({ leases }) => leases],
      ["RUNNING", (worker) => runningOf(worker, now)],
      ["DONE", ({ done }) => done],
      ["FAILED", ({ failed }) => failed],
      ["LOST", ({ lost }) => lost],
      ["SEEN", ({ lastSeenAt }) => `${duration(lastSeenAt, undefined, now)} ago`],
      ["VERSION", ({ version }) => version],
    ],
    NONE,
  );
}

function stateOf({ state, draining, trouble }: Worker, output: Output): string {
  const colour = { live: "green", late: "yellow", gone: "dim" } as const;
  const all = [state, ...(trouble ? [trouble] : []), ...(draining ? ["draining"] : [])];
  return output.paint(trouble === "failing" ? "red" : colour[state], all.join(", "));
}

/** The task that runs longest, and how many there are besides. */
function runningOf({ running }: Worker, now: number): string {
  const [first, ...others] = running;
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `${first.execution} ${first.step} for ${duration(first.since, undefined, now)}${more}`;
}

/** Shows the workers again and again, until Ctrl-C. */
async function watchWorkers(look: () => Promise<Page>, output: Output): Promise<Said> {
  if (!output.isLive)
    throw new UsageError("--watch is for a terminal: without it the workers are shown once");
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.on("SIGINT", onInterrupt);
  const show = createLogUpdate(process.stdout);
  try {
    while (!stop.signal.aborted) {
      show(describe(await look(), output));
      await pause(LOOK_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  } finally {
    show.done();
    process.off("SIGINT", onInterrupt);
  }
  return { json: {}, text: () => "", exitCode: EXIT_CODES.interrupted };
}

function readWorkers(client: Client, queue: string | undefined, options: object, isAll: unknown) {
  return readPages(client, pathOf(queue), { ...options }, workersAnswer, isAll);
}

const list = command({
  usage: "list [queue]",
  calls: ["GET /v1/workers", "GET /v1/queues/{queue}/workers"],
  summary: "Show who works, and at what: at one queue, or at all of them",
  args: { queue: "name of the queue" },
  options: workersQuery,
  flags: [ALL, ["--watch", "show it again and again"]],
  examples: ["workers", "workers commands --watch", "workers --all --json"],
  async run({ client, output, args: { queue }, options, flags }) {
    const look = () => readWorkers(client, queue, options, flags.all);
    if (flags.watch === true) return watchWorkers(look, output);
    const page = await look();
    return { json: page, text: () => describe(page, output), notes: moreNotes(page) };
  },
});

const NAMED = { queue: "name of the queue", worker: "name of the worker: all its processes" };

const show = command({
  usage: "show <queue> <worker>",
  calls: ["GET /v1/queues/{queue}/workers/{worker}"],
  summary: "Show a worker: its processes, and how its last tasks ended",
  args: NAMED,
  examples: ["workers show commands north"],
  async run({ client, output, args: { queue, worker = "" } }) {
    const path = `${pathOf(queue)}/${encodeURIComponent(worker)}`;
    const found = await client.call({ method: "GET", path }, workerAnswer);
    return { json: found, text: () => describeOne(found, output) };
  },
});

function describeOne({ processes, finished }: z.output<typeof workerAnswer>, output: Output): string {
  const tasks = table(
    output,
    finished,
    [
      ["AT", ({ at }) => at],
      ["EXECUTION", ({ flow, execution }) => `${flow} ${execution}`],
      ["STEP", ({ path }) => path],
      ["TOOK", ({ ms }) => (ms === undefined ? "" : `${ms / 1000} s`)],
      ["ENDED", ({ error }) => (error === undefined ? "succeeded" : output.paint("red", error))],
    ],
    "it reported no task lately",
  );
  return `${describe({ items: processes }, output)}\n\n${tasks}`;
}

function changePath(queue: string | undefined, worker: string, action: "drain" | "resume"): string {
  return `${pathOf(queue)}/${encodeURIComponent(worker)}/${action}`;
}

const drain = command({
  usage: "drain <queue> <worker>",
  calls: ["POST /v1/queues/{queue}/workers/{worker}/drain"],
  summary: "Let a worker finish what it has, and take no more messages of a queue",
  args: NAMED,
  options: drainBody,
  examples: [
    "workers drain commands north",
    "workers drain commands north --until 2026-11-26T09:00:00+08:00 --reason 'disk is full'",
  ],
  async run({ client, args: { queue, worker = "" }, options: body }) {
    const path = changePath(queue, worker, "drain");
    const done = await client.call({ method: "POST", path, body }, drainAnswer);
    const until = body.until === undefined ? "" : ` until ${body.until}`;
    return { json: done, text: () => `${worker} takes no more messages of ${queue}${until}` };
  },
});

const resume = command({
  usage: "resume <queue> <worker>",
  calls: ["POST /v1/queues/{queue}/workers/{worker}/resume"],
  summary: "Let a worker take messages of a queue again",
  args: NAMED,
  examples: ["workers resume commands north"],
  async run({ client, args: { queue, worker = "" } }) {
    const path = changePath(queue, worker, "resume");
    const done = await client.call({ method: "POST", path, body: {} }, drainAnswer);
    return { json: done, text: () => `${worker} takes messages again of ${queue}` };
  },
});

export const workerCommands = group(
  "workers",
  "Who works at queues, and at what",
  [list, show, drain, resume],
  list,
);
