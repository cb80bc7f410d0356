import * as z from "zod";
import { SEND_MESSAGES_MAX } from "../../../core/limits.ts";
import { namesQuery } from "../../../http/contract/common.ts";
import {
  leasesAnswer,
  patchQueueBody,
  putQueueBody,
  queueAnswer,
  queuesAnswer,
  receiveAnswer,
  receiveBody,
  sendAnswer,
  sendBody,
} from "../../../http/contract/queues.ts";
import { UsageError } from "../../usage-error.ts";
import { command, group } from "../command.ts";
import { YES, confirm } from "../confirm.ts";
import { REPLACE, changeNotes, orNone } from "../existing.ts";
import { pausedSince, record, table, time } from "../format.ts";
import { readText } from "../input.ts";
import { deadLetterCommands } from "./dead-letters.ts";
import { messageCommands } from "./messages.ts";
import { UNSET, readChanges, readOptions } from "../options.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";
import { queuePauseCommands } from "./queue-pauses.ts";
import { peek } from "./peek.ts";
import { queueHistory } from "./queue-history.ts";
import { retryEffects } from "./retry-effects.ts";

type Queue = z.output<typeof queueAnswer>;

const ARGS = { queue: "name of the queue" };

function pathOf(queue = ""): string {
  return `/v1/queues/${encodeURIComponent(queue)}`;
}

function describeQueue(
  { name, attributes, paused, depth, oldestAt, waitingPolls, createdAt }: Queue,
  output: Parameters<typeof record>[0],
): string {
  const settings = Object.entries(attributes).map(([key, value]) => [key, String(value)]);
  return record(output, {
    queue: name,
    ...(paused && { paused: pausedSince(paused) }),
    ready: depth.ready,
    "in flight": depth.inFlight,
    delayed: depth.delayed,
    "dead letters": depth.deadLetters,
    oldest: time(oldestAt),
    "waiting workers": waitingPolls,
    created: time(createdAt),
    ...Object.fromEntries(settings),
  });
}

const list = command({
  usage: "list",
  calls: ["GET /v1/queues"],
  summary: "List queues by name",
  options: namesQuery,
  flags: [ALL],
  examples: ["queue list"],
  async run({ client, options, flags }) {
    const page = await readPages(client, "/v1/queues", options, queuesAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["NAME", ({ name }) => name],
            ["PAUSED", ({ paused }) => paused && time(paused.at)],
            ["READY", ({ depth }) => depth.ready],
            ["IN FLIGHT", ({ depth }) => depth.inFlight],
            ["DELAYED", ({ depth }) => depth.delayed],
            ["DEAD", ({ depth }) => depth.deadLetters],
            ["OLDEST", ({ oldestAt }) => time(oldestAt)],
            ["WAITING WORKERS", ({ waitingPolls }) => waitingPolls],
          ],
          "no queues yet: `npx millrace queue put NAME` makes one",
        ),
      notes: moreNotes(page),
    };
  },
});

const get = command({
  usage: "get <queue>",
  calls: ["GET /v1/queues/{queue}"],
  summary: "Show a queue: its attributes and what lies in it",
  args: ARGS,
  examples: ["queue get workers"],
  async run({ client, args: { queue } }) {
    const found = await client.call({ method: "GET", path: pathOf(queue) }, queueAnswer);
    return { json: found, text: (output) => describeQueue(found, output) };
  },
});

const put = command({
  usage: "put <queue>",
  calls: ["GET /v1/queues/{queue}", "PUT /v1/queues/{queue}", "PATCH /v1/queues/{queue}"],
  summary: "Create a queue, or change attributes of it",
  args: ARGS,
  changes: putQueueBody,
  flags: [UNSET, REPLACE],
  examples: [
    "queue put workers",
    "queue put workers --lease-seconds 120 --max-deliveries 5",
    "queue put workers --unset max-deliveries",
  ],
  async run({ client, args: { queue }, flags }) {
    const path = pathOf(queue);
    const there = await orNone(client.call({ method: "GET", path }, queueAnswer), "QueueNotExist");
    const before = there?.attributes;
    const names = Object.keys(putQueueBody.shape);
    const call = before
      ? { method: "PATCH" as const, body: readChanges(putQueueBody, patchQueueBody, flags, before) }
      : { method: "PUT" as const, body: readOptions(putQueueBody, flags) };
    const defaults = Object.fromEntries(names.map((name) => [name, null]));
    const body = before && flags.replace === true ? { ...defaults, ...call.body } : call.body;
    const found = await client.call({ method: call.method, path, body }, queueAnswer);
    return {
      json: found,
      text: (output) => describeQueue(found, output),
      notes: changeNotes(names, before, found.attributes),
    };
  },
});

const remove = command({
  usage: "delete <queue>",
  calls: ["DELETE /v1/queues/{queue}"],
  summary: "Delete a queue with all that lies in it",
  args: ARGS,
  flags: [YES],
  examples: ["queue delete workers", "queue delete workers --yes"],
  async run({ client, args: { queue = "" }, flags }) {
    await confirm(`Delete queue ${queue} with all that lies in it?`, flags.yes);
    await client.call({ method: "DELETE", path: pathOf(queue) }, z.undefined());
    return { json: { deleted: queue }, text: () => `queue ${queue}: deleted` };
  },
});

const message = sendBody.shape.messages.element.omit({ body: true, properties: true });

const send = command({
  usage: "send <queue> [bodies...]",
  calls: ["POST /v1/queues/{queue}/send"],
  summary: "Send messages",
  args: { ...ARGS, bodies: "one message each; - for stdin as one message" },
  options: message,
  flags: [["--lines", "each line of stdin is a message"]],
  examples: [
    `queue send workers '{"order": 7}'`,
    "queue send workers - < message.json",
    "queue send workers --lines --delay-seconds 60 < messages.txt",
  ],
  async run({ client, args: { queue = "" }, many, options, flags }) {
    const lines =
      flags.lines === true
        ? readText("-")
            .split("\n")
            .filter((line) => line !== "")
        : [];
    const bodies = [...many.map((body) => (body === "-" ? readText("-") : body)), ...lines];
    if (bodies.length === 0)
      throw new UsageError("what is to be sent? Name bodies, or - or --lines for stdin");
    const ids: string[] = [];
    for (let first = 0; first < bodies.length; first += SEND_MESSAGES_MAX) {
      const messages = bodies.slice(first, first + SEND_MESSAGES_MAX).map((body) => ({ body, ...options }));
      const sent = await client.call(
        { method: "POST", path: `${pathOf(queue)}/send`, body: { messages } },
        sendAnswer,
      );
      ids.push(...sent.ids);
    }
    return { json: { ids }, text: () => `sent ${ids.length} to ${queue}` };
  },
});

const receive = command({
  usage: "receive <queue>",
  calls: ["POST /v1/queues/{queue}/receive", "POST /v1/queues/{queue}/delete"],
  summary: "Receive messages; they come back when their lease is over, unless deleted",
  args: ARGS,
  options: receiveBody,
  flags: [["--delete", "delete them at once"]],
  examples: ["queue receive workers", "queue receive workers --max 10 --wait-seconds 20 --delete --json"],
  async run({ client, args: { queue }, options, flags }) {
    const path = pathOf(queue);
    const received = await client.call(
      { method: "POST", path: `${path}/receive`, body: options },
      receiveAnswer,
    );
    const receipts = received.messages.map(({ receipt }) => receipt);
    if (flags.delete === true && receipts.length > 0)
      await client.call({ method: "POST", path: `${path}/delete`, body: { receipts } }, leasesAnswer);
    return {
      json: received,
      text: (output) =>
        received.messages
          .map(({ id, body: text, receipt, dequeueCount, leaseUntil }) => {
            const lease = flags.delete === true ? "deleted" : `receipt ${receipt}, until ${time(leaseUntil)}`;
            return `${output.paint("dim", `${id} (delivery ${dequeueCount}, ${lease})`)}\n${text}`;
          })
          .join("\n"),
      notes: received.messages.length === 0 ? ["nothing there"] : [],
    };
  },
});

export const queueCommands = group("queue", "Queues and the messages in them", [
  list,
  get,
  put,
  remove,
  retryEffects("/v1/queues/{queue}", ARGS, "queue retry-effects workers"),
  send,
  peek,
  queueHistory,
  receive,
  ...queuePauseCommands,
  ...messageCommands,
  deadLetterCommands,
]);
