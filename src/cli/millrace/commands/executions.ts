import * as z from "zod";
import {
  allExecutionsQuery,
  executionHead,
  executionsAnswer,
  executionsQuery,
  forkOptions,
  historyAnswer,
  historyQuery,
  startBody,
  stepsAnswer,
  stepsQuery,
  stopBody,
  logQuery,
  valueQuery,
} from "../../../http/contract/executions.ts";
import { json } from "../../../http/contract/common.ts";
import { failuresAnswer, failuresQuery } from "../../../http/contract/live.ts";
import { command } from "../command.ts";
import { duration, pausedSince, pretty, record, table, tally, time } from "../format.ts";
import type { Output } from "../output.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";
import { UsageError } from "../../usage-error.ts";
import type { Client } from "../../client.ts";
import { withDetail, withValues } from "../../values.ts";
import { describeParked, retryEffects } from "./retry-effects.ts";
import { describeWaiting } from "../waiting.ts";
import { executionPath, watch } from "../watch.ts";

const FLOW = "name of the flow";
const NAME = "name of the execution";
const ARGS = { flow: FLOW, name: NAME };
const HEAD_CALL = "GET /v1/flows/{flow}/executions/{name}";
const VALUE_CALL = "GET /v1/flows/{flow}/executions/{name}/value";

function flowPath(flow = ""): string {
  return `/v1/flows/${encodeURIComponent(flow)}/executions`;
}

/** `key=value`, as often as given. */
function readLabels(given: unknown): { labels?: Record<string, string> } {
  if (!Array.isArray(given)) return {};
  const pairs = given.map((pair: unknown) => {
    const [, key, value] = /^([^=]+)=([^]*)$/.exec(String(pair)) ?? [];
    if (key === undefined || value === undefined)
      throw new UsageError(`--label takes key=value, not "${String(pair)}"`);
    return [key, value] as const;
  });
  return { labels: Object.fromEntries(pairs) };
}

/** `key=value`, as `run` takes it, for `key:value`: keys have neither. */
function withColon(label: unknown): unknown {
  return typeof label === "string" ? label.replace(/^([^:=]*)=/, "$1:") : label;
}

const LOG_CALL = "GET /v1/flows/{flow}/executions/{name}/log";
const LOGS = ["--logs", "show what commands write, as their workers tell it"] as const;

const LABEL = ["--label <key=value...>", "what to find it by"] as const;
const KEY = ["--idempotency-key <text>", "a repeat with the same key starts nothing new"] as const;
const DETACH = ["--detach", "do not watch: the execution's name is all there is to say"] as const;

function start(client: Client, path: string, options: object, flags: Readonly<Record<string, unknown>>) {
  const key = flags.idempotencyKey;
  const headers = typeof key === "string" ? { "idempotency-key": key } : {};
  const body = { ...options, ...readLabels(flags.label) };
  return client.call({ method: "POST", path, body, headers }, executionHead);
}

export const run = command({
  usage: "run <flow>",
  calls: ["POST /v1/flows/{flow}/executions", HEAD_CALL, VALUE_CALL, LOG_CALL],
  summary: "Start an execution and watch it until it ends; status 1 if it does not succeed",
  args: { flow: FLOW },
  options: startBody.omit({ labels: true }),
  flags: [LABEL, KEY, DETACH, LOGS],
  examples: [
    `run checks --input '{"payload": {"workers": ["north", "south"]}}'`,
    "run checks --input input.json --name first --label team=night",
    "run checks --input - --detach < input.json",
  ],
  async run({ client, output, args: { flow = "" }, options, flags }) {
    const head = await start(client, flowPath(flow), options, flags);
    if (flags.detach === true) return { json: head, text: () => head.name };
    const announcement = `${flow}/${head.name} started`;
    return watch(client, output, { flow, name: head.name }, { announcement, logs: flags.logs === true });
  },
});

const FORK_CALL = "POST /v1/flows/{flow}/executions/{name}/fork";

function describeFork({ name, step }: NonNullable<z.output<typeof executionHead>["forkedFrom"]>): string {
  return step === undefined ? name : `${name}, from its step ${step}`;
}

export const fork = command({
  usage: "fork <flow> <name>",
  calls: [FORK_CALL, HEAD_CALL, VALUE_CALL, LOG_CALL],
  summary: "Run an execution again as a new one, from its start or from a step, and watch it until it ends",
  args: ARGS,
  options: forkOptions.omit({ labels: true }),
  flags: [LABEL, KEY, DETACH, LOGS],
  examples: [
    "fork checks first",
    "fork checks first --from-step publish --reason 'the disk was full'",
    "fork checks first --input corrected.json --name first-again",
  ],
  async run({ client, output, args: { flow = "", name: original = "" }, options, flags }) {
    const path = `${executionPath(flow, original)}/fork`;
    const head = await start(client, path, options, flags);
    if (flags.detach === true) return { json: head, text: () => head.name };
    const announcement = `${flow}/${head.name} started, made of ${original}`;
    return watch(client, output, { flow, name: head.name }, { announcement, logs: flags.logs === true });
  },
});

export const watchCommand = command({
  usage: "watch <flow> <name>",
  calls: [HEAD_CALL, "GET /v1/flows/{flow}/executions/{name}/steps", VALUE_CALL, LOG_CALL],
  summary: "Watch an execution until it ends; status 1 if it does not succeed",
  args: ARGS,
  flags: [LOGS],
  examples: ["watch checks first", "watch nightly first --logs"],
  run: ({ client, output, args: { flow = "", name = "" }, flags }) =>
    watch(client, output, { flow, name }, { logs: flags.logs === true }),
});

export const executions = command({
  usage: "executions [flow]",
  calls: ["GET /v1/executions", "GET /v1/flows/{flow}/executions"],
  summary: "List executions, newest first, of one flow or of all",
  args: { flow: `${FLOW}; all flows by default` },
  options: executionsQuery.extend({
    cursor: allExecutionsQuery.shape.cursor.or(executionsQuery.shape.cursor),
    label: z.preprocess(withColon, executionsQuery.shape.label.unwrap()).optional(),
  }),
  flags: [ALL],
  examples: [
    "executions",
    "executions checks --status Failed --from 24h",
    "executions --label team:night --all --json",
  ],
  async run({ client, args: { flow }, options, flags }) {
    const path = flow === undefined ? "/v1/executions" : flowPath(flow);
    const page = await readPages(client, path, options, executionsAnswer, flags.all);
    const now = Date.now();
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["FLOW", (one) => (flow === undefined ? one.flow : "")],
            ["NAME", ({ name }) => name],
            [
              "STATUS",
              ({ status, paused, callbacks }) =>
                `${output.status(status)}${paused ? ", paused" : ""}${callbacks ? ", waits" : ""}`,
            ],
            ["STARTED", ({ startedAt }) => time(startedAt)],
            ["TOOK", ({ startedAt, endedAt }) => duration(startedAt, endedAt, now)],
            ["BY", ({ startedBy }) => startedBy],
            ["ERROR", ({ error }) => error],
          ],
          "no executions like this",
        ),
      notes: moreNotes(page),
    };
  },
});

export const show = command({
  usage: "show <flow> <name>",
  calls: [HEAD_CALL, VALUE_CALL],
  summary: "Show an execution: its status, times, input and output",
  args: ARGS,
  examples: ["show checks first", "show checks first --json | jq .output"],
  async run({ client, args: { flow, name } }) {
    const path = executionPath(flow, name);
    const head = await withValues(client, path, await client.call({ method: "GET", path }, executionHead));
    return {
      json: head,
      text: (output) =>
        record(output, {
          execution: `${head.flow}/${head.name}`,
          status: output.status(head.status),
          paused: head.paused && pausedSince(head.paused),
          version: head.version,
          "started by": head.startedBy,
          "made of": head.forkedFrom && describeFork(head.forkedFrom),
          labels: Object.entries(head.labels ?? {})
            .map(([key, value]) => `${key}=${value}`)
            .join(" "),
          started: time(head.startedAt),
          ended: time(head.endedAt),
          took: duration(head.startedAt, head.endedAt, Date.now()),
          error: head.error,
          cause: head.cause,
          events: head.counts.events,
          "waits for": describeWaiting(head.waitingFor),
          parked: describeParked(head.parked),
          input: head.input === undefined ? undefined : pretty(head.input),
          output: head.output === undefined ? undefined : pretty(head.output),
        }),
    };
  },
});

export const history = command({
  usage: "history <flow> <name>",
  calls: ["GET /v1/flows/{flow}/executions/{name}/history", VALUE_CALL],
  summary: "Show an execution's events, in order",
  args: ARGS,
  options: historyQuery,
  flags: [ALL, ["--full", "with values that are too large to stand in an event"]],
  examples: ["history checks first", "history checks first --type TaskFailed --all --full --json"],
  async run({ client, args: { flow, name }, options, flags }) {
    const path = `${executionPath(flow, name)}/history`;
    const found = await readPages(client, path, options, historyAnswer, flags.all);
    const page = flags.full === true ? await withDetails(client, executionPath(flow, name), found) : found;
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["ID", ({ eventId }) => eventId],
            ["TIME", (event) => time(event.time)],
            ["TYPE", ({ type }) => type],
            ["STEP", ({ stepPath }) => stepPath],
            ["DETAIL", ({ detail }) => describeDetail(detail ?? {}, output)],
          ],
          "no events like this",
        ),
      notes: moreNotes(page),
    };
  },
});

/** One after the other: each of them may be large. */
async function withDetails(client: Client, path: string, { items, ...more }: z.output<typeof historyAnswer>) {
  const whole: typeof items = [];
  for (const event of items) whole.push(await withDetail(client, path, event));
  return { ...more, items: whole };
}

export const logCommand = command({
  usage: "log <flow> <name> [step]",
  calls: [LOG_CALL],
  summary: "Show what the commands of an execution's tasks wrote",
  args: { ...ARGS, step: "Path of a step, for its log alone" },
  options: logQuery.omit({ step: true }),
  examples: ["log nightly first", "log nightly first backup --attempt 2"],
  async run({ client, args: { flow, name, step }, options }) {
    const path = `${executionPath(flow, name)}/log`;
    const text = await client.text({ method: "GET", path, query: { ...options, step } });
    return { json: { text }, text: () => (text === "" ? "nothing was written" : text.trimEnd()) };
  },
});

export const valueCommand = command({
  usage: "value <flow> <name>",
  calls: [VALUE_CALL],
  summary: "Print a value that an execution, its steps or its events only refer to, as JSON",
  args: ARGS,
  options: valueQuery,
  examples: ["value checks first --ref output", "value checks first --ref 12.input > input.json"],
  async run({ client, args: { flow, name }, options }) {
    const path = `${executionPath(flow, name)}/value`;
    const found = await client.call({ method: "GET", path, query: options }, json);
    return { json: found, text: () => pretty(found) };
  },
});

const DETAIL_LENGTH = 80;

/** Cut only for eyes: whatever reads a pipe gets all of it. */
function describeDetail(value: object, output: Output): string {
  const text = Object.keys(value).length === 0 ? "" : JSON.stringify(value);
  return output.isTerminal && text.length > DETAIL_LENGTH ? `${text.slice(0, DETAIL_LENGTH - 1)}…` : text;
}

export const steps = command({
  usage: "steps <flow> <name>",
  calls: ["GET /v1/flows/{flow}/executions/{name}/steps"],
  summary: "Show an execution's steps, the iterations of a foreach, or the steps of one",
  args: ARGS,
  options: stepsQuery,
  flags: [ALL],
  examples: [
    "steps checks first",
    "steps checks first --parent 'workersForeach' --status Failed",
    "steps checks first --parent 'workersForeach[2]'",
  ],
  async run({ client, args: { flow, name }, options, flags }) {
    const path = `${executionPath(flow, name)}/steps`;
    const page = await readPages(client, path, options, stepsAnswer, flags.all);
    const now = Date.now();
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["PATH", (step) => step.path],
            ["TYPE", ({ type }) => type],
            ["STATUS", ({ status }) => output.status(status)],
            ["ATTEMPTS", ({ attempts }) => attempts],
            ["DONE", ({ iterations }) => iterations && tally(iterations)],
            ["ENTERED", ({ enteredAt }) => time(enteredAt)],
            ["TOOK", ({ enteredAt, endedAt }) => duration(enteredAt, endedAt, now)],
            ["PROGRESS", ({ progress }) => (progress === undefined ? undefined : JSON.stringify(progress))],
            ["ERROR", ({ error, cause }) => error && [error, cause].filter(Boolean).join(": ")],
          ],
          "no steps like this",
        ),
      notes: moreNotes(page),
    };
  },
});

export const stop = command({
  usage: "stop <flow> <name>",
  calls: ["POST /v1/flows/{flow}/executions/{name}/stop"],
  summary: "Stop a running execution",
  args: ARGS,
  options: stopBody,
  examples: ["stop checks first", "stop checks first --error Cancelled --cause 'the order was withdrawn'"],
  async run({ client, args: { flow, name }, options }) {
    const head = await client.call(
      { method: "POST", path: `${executionPath(flow, name)}/stop`, body: options },
      executionHead,
    );
    return { json: head, text: (output) => `${head.flow}/${head.name}: ${output.status(head.status)}` };
  },
});

export const retry = retryEffects("/v1/flows/{flow}/executions/{name}", ARGS, "retry-effects checks first");

export const failures = command({
  usage: "failures <flow> <name>",
  calls: ["GET /v1/flows/{flow}/executions/{name}/failures"],
  summary: "Show what failed in an execution, by error, and on which worker",
  args: ARGS,
  options: failuresQuery,
  examples: ["failures nightly first", "failures nightly first --step 'each[]/work' --json"],
  async run({ client, args: { flow, name }, options: query }) {
    const path = `${executionPath(flow, name)}/failures`;
    const found = await client.call({ method: "GET", path, query }, failuresAnswer);
    return {
      json: found,
      text: (output) =>
        table(
          output,
          found.groups,
          [
            ["COUNT", ({ count }) => count],
            ["STEP", ({ step }) => step],
            ["ERROR", ({ error }) => error],
            ["CAUSE", ({ cause }) => cause],
            ["WORKERS", ({ workers }) => workers.map(([worker, n]) => `${worker}: ${n}`).join(", ")],
          ],
          "nothing failed",
        ),
    };
  },
});
