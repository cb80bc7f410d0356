import type * as z from "zod";
import { deadAnswer, deadQuery, purgeBody, redriveBody } from "../../../http/contract/queues.ts";
import { UsageError } from "../../usage-error.ts";
import { type Build, command, group } from "../command.ts";
import { YES, confirm } from "../confirm.ts";
import { record, table, time } from "../format.ts";
import type { Output } from "../output.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";
import { EVERY, changeDead, checkChoice, saidOfDead } from "./change-dead.ts";

type DeadLetter = z.output<typeof deadAnswer>["items"][number];

const ARGS = { queue: "name of the queue" };
const IDS = { ...ARGS, ids: "ids of dead letters, as the list shows them" };
const later = redriveBody.options[0].pick({ delaySeconds: true, reason: true });
const why = purgeBody.options[0].pick({ reason: true });

function pathOf(queue = ""): string {
  return `/v1/queues/${encodeURIComponent(queue)}/dead`;
}

function reasonOf({ reason, detail }: DeadLetter): string {
  return detail === undefined ? reason : `${reason}: ${detail}`;
}

export function tableOfLetters(output: Output, letters: readonly DeadLetter[]): string {
  return table(
    output,
    letters,
    [
      ["ID", ({ id }) => id],
      ["DIED", ({ diedAt }) => time(diedAt)],
      ["DELIVERIES", ({ deliveries }) => deliveries],
      ["WORKER", ({ worker }) => worker ?? ""],
      ["REASON", reasonOf],
    ],
    "no dead letters",
  );
}

const list = command({
  usage: "list <queue>",
  calls: ["GET /v1/queues/{queue}/dead"],
  summary: "List the dead letters of a queue, in the order in which they were sent",
  args: ARGS,
  options: deadQuery,
  flags: [ALL],
  examples: ["queue dead list workers", "queue dead list workers --all --json"],
  async run({ client, args: { queue }, options, flags }) {
    const page = await readPages(client, pathOf(queue), options, deadAnswer, flags.all);
    return {
      json: page,
      text: (output) => tableOfLetters(output, page.items),
      notes: moreNotes(page),
    };
  },
});

const show = command({
  usage: "show <queue> <id>",
  calls: ["GET /v1/queues/{queue}/dead"],
  summary: "Show a dead letter with its body",
  args: { ...ARGS, id: "its id, as the list shows it" },
  examples: ["queue dead show workers m-6f0c-0"],
  async run({ client, args: { queue, id } }) {
    const { items } = await readPages(client, pathOf(queue), {}, deadAnswer, true);
    const found = items.find((one) => one.id === id);
    if (!found)
      throw new UsageError(`queue ${queue} has no dead letter ${id}: \`queue dead list\` shows them`);
    return {
      json: found,
      text: (output) =>
        `${record(output, {
          id: found.id,
          sent: time(found.enqueuedAt),
          died: time(found.diedAt),
          deliveries: found.deliveries,
          worker: found.worker ?? "",
          reason: reasonOf(found),
        })}\n\n${found.body}`,
    };
  },
});

const redrive = command({
  usage: "redrive <queue> [ids...]",
  calls: ["POST /v1/queues/{queue}/dead/redrive"],
  summary: "Send dead letters on their way again, as if they were sent now",
  args: IDS,
  options: later,
  flags: [EVERY],
  examples: ["queue dead redrive workers m-6f0c-0", "queue dead redrive workers --all --delay-seconds 60"],
  async run({ client, args: { queue }, many: ids, options, flags }) {
    checkChoice(ids, flags.all);
    const done = await changeDead(client, `${pathOf(queue)}/redrive`, ids, options);
    return saidOfDead(done, ids, "sent again");
  },
});

const purge = command({
  usage: "purge <queue> [ids...]",
  calls: ["POST /v1/queues/{queue}/dead/purge"],
  summary: "Remove dead letters",
  args: IDS,
  options: why,
  flags: [EVERY, YES],
  examples: ["queue dead purge workers m-6f0c-0", "queue dead purge workers --all --yes"],
  async run({ client, args: { queue }, many: ids, options, flags }) {
    checkChoice(ids, flags.all);
    const what = ids.length > 0 ? `${ids.length} dead letters` : "all dead letters";
    await confirm(`Remove ${what} of queue ${queue}?`, flags.yes);
    const done = await changeDead(client, `${pathOf(queue)}/purge`, ids, options);
    return saidOfDead(done, ids, "removed");
  },
});

export const deadLetterCommands: Build = group(
  "dead",
  "Messages that were delivered too often, or given up",
  [list, show, redrive, purge],
);
