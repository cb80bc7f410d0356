import type * as z from "zod";
import {
  acknowledgeBody,
  boardAnswer,
  need,
  rebuildAnswer,
  searchAnswer,
} from "../../../http/contract/board.ts";
import { nothing } from "../../../http/contract/common.ts";
import { command, group } from "../command.ts";
import { table, time } from "../format.ts";

type Board = z.output<typeof boardAnswer>;
type Need = z.output<typeof need>;

const look = command({
  usage: "show",
  calls: ["GET /v1/board"],
  summary: "Say how all is at once: what runs and waits, what needs somebody, what starts next",
  examples: ["board", "board --json | jq '.needs[].execution'"],
  async run({ client, output }) {
    const found = await client.call({ method: "GET", path: "/v1/board" }, boardAnswer);
    const columns = table(
      output,
      found.needs,
      [
        ["SINCE", ({ since }) => time(since)],
        ["KIND", ({ kind }) => kind],
        ["WHERE", whereOf],
        ["EXECUTION", ({ execution }) => execution],
        ["WHAT", whatOf],
        [
          "ACKNOWLEDGED",
          ({ acknowledged }) => acknowledged && `${acknowledged.by} ${acknowledged.note ?? ""}`,
        ],
        ["ID", ({ id }) => id],
      ],
      "nothing needs anybody",
    );
    return {
      json: found,
      text: () => `${figures(found.now)}\n\n${columns}`,
      notes: [
        ...found.next.map((one) => `next: ${time(one.at)} ${one.flow}/${one.schedule}`),
        ...(found.isWhole ? [] : ["The board still asks around: it may know nothing of some."]),
      ],
    };
  },
});

const rebuild = command({
  usage: "rebuild",
  calls: ["POST /v1/board/rebuild"],
  summary: "Have the board ask everything anew how it stands, some of it each minute",
  examples: ["board rebuild"],
  async run({ client }) {
    const done = await client.call({ method: "POST", path: "/v1/board/rebuild", body: {} }, rebuildAnswer);
    return { json: done, text: () => "The board asks anew; until it has, it says that it is not whole." };
  },
});

function pathOf(id: string): string {
  return `/v1/board/needs/${encodeURIComponent(id)}/acknowledge`;
}

const acknowledge = command({
  usage: "acknowledge <need>",
  calls: ["POST /v1/board/needs/{need}/acknowledge"],
  summary: "Say that you look after what needs somebody, as it stands now",
  args: { need: "its id, as `board` shows it" },
  options: acknowledgeBody,
  examples: ["board acknowledge deadLetters:mail:1 --note 'the disk is being replaced'"],
  async run({ client, args: { need: id = "" }, options }) {
    const done = await client.call({ method: "POST", path: pathOf(id), body: options }, need);
    return { json: done, text: () => `${id} is acknowledged.` };
  },
});

const unacknowledge = command({
  usage: "unacknowledge <need>",
  calls: ["DELETE /v1/board/needs/{need}/acknowledge"],
  summary: "Take back that somebody looks after it",
  args: { need: "its id, as `board` shows it" },
  examples: ["board unacknowledge deadLetters:mail:1"],
  async run({ client, args: { need: id = "" } }) {
    const done = await client.call({ method: "DELETE", path: pathOf(id) }, nothing);
    return { json: done, text: () => `Nobody looks after ${id}, as far as is said.` };
  },
});

export const boardCommands = group(
  "board",
  "How all is at once",
  [look, rebuild, acknowledge, unacknowledge],
  look,
);

export const search = command({
  usage: "search <text>",
  calls: ["GET /v1/board/search"],
  summary: "Find flows, schedules, queues, workers and the newest executions by a part of the name",
  args: { text: "what is in the name, in whatever case" },
  examples: ["search backup", "search 2026-11-26 --json | jq -r '.executions[].name'"],
  async run({ client, output, args: { text = "" } }) {
    const found = await client.call(
      { method: "GET", path: "/v1/board/search", query: { q: text } },
      searchAnswer,
    );
    const all = [
      ...found.flows.map((flow) => named("flow", flow)),
      ...found.schedules.map(({ flow, schedule }) => named("schedule", schedule, flow)),
      ...found.queues.map((queue) => named("queue", queue)),
      ...found.workers.map(({ queue, worker }) => named("worker", worker, queue)),
      ...found.executions.map(({ flow, ...one }) => ({ kind: "execution", of: flow, ...one })),
    ];
    return {
      json: found,
      text: () =>
        table(
          output,
          all,
          [
            ["KIND", ({ kind }) => kind],
            ["NAME", ({ name }) => name],
            ["OF", ({ of }) => of],
            ["STATUS", ({ status }) => status],
            ["STARTED", ({ startedAt }) => time(startedAt)],
          ],
          "nothing of that name, as far as the board knows",
        ),
    };
  },
});

/** Something that is found by its name, as a row beside executions. */
function named(kind: string, name: string, of = "") {
  return { kind, name, of, status: "", startedAt: undefined };
}

function figures(now: Board["now"]): string {
  const told: [number | undefined, string][] = [
    [now.flows, "flows"],
    [now.running, "executions running"],
    [now.ready, "messages ready"],
    [now.inFlight, "in flight"],
    [now.deadLetters, "dead letters"],
    [now.workers, "workers"],
    [now.failingWorkers, "of them failing"],
    [now.callbacks, "callbacks waited for"],
  ];
  return told.flatMap(([count, what]) => (count === undefined ? [] : [`${count} ${what}`])).join(", ");
}

function whereOf({ flow, schedule, queue, worker }: Need): string {
  return [flow ?? queue, schedule ?? worker].filter((name) => name !== undefined).join("/");
}

function whatOf({ text: { values } }: Need): string {
  return Object.values(values).map(String).join(", ");
}
