import type * as z from "zod";
import { DEAD_LETTERS_PER_CALL } from "../../../core/limits.ts";
import { deadAnswer, deadDone, deadQuery, redriveBody } from "../../../http/contract/queues.ts";
import { UsageError } from "../../usage-error.ts";
import type { Client } from "../../client.ts";
import { type Build, command, group } from "../command.ts";
import { YES, confirm } from "../confirm.ts";
import { EXIT_CODES } from "../failure.ts";
import { record, table, time } from "../format.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";

type DeadLetter = z.output<typeof deadAnswer>["items"][number];

const ARGS = { queue: "name of the queue" };
const IDS = { ...ARGS, ids: "ids of dead letters, as the list shows them" };
const EVERY = ["--all", "all of them, the oldest first"] as const;
const later = redriveBody.options[0].pick({ delaySeconds: true });

function pathOf(queue = ""): string {
  return `/v1/queues/${encodeURIComponent(queue)}/dead`;
}

function reasonOf({ reason, detail }: DeadLetter): string {
  return detail === undefined ? reason : `${reason}: ${detail}`;
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
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["ID", ({ id }) => id],
            ["DIED", ({ diedAt }) => time(diedAt)],
            ["DELIVERIES", ({ deliveries }) => deliveries],
            ["WORKER", ({ worker }) => worker ?? ""],
            ["REASON", reasonOf],
          ],
          "no dead letters",
        ),
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
    const done = await change(client, `${pathOf(queue)}/redrive`, ids, options);
    return said(done, ids, "sent again");
  },
});

const purge = command({
  usage: "purge <queue> [ids...]",
  calls: ["POST /v1/queues/{queue}/dead/purge"],
  summary: "Remove dead letters",
  args: IDS,
  flags: [EVERY, YES],
  examples: ["queue dead purge workers m-6f0c-0", "queue dead purge workers --all --yes"],
  async run({ client, args: { queue }, many: ids, flags }) {
    checkChoice(ids, flags.all);
    const what = ids.length > 0 ? `${ids.length} dead letters` : "all dead letters";
    await confirm(`Remove ${what} of queue ${queue}?`, flags.yes);
    const done = await change(client, `${pathOf(queue)}/purge`, ids, {});
    return said(done, ids, "removed");
  },
});

function checkChoice(ids: readonly string[], isAll: unknown): void {
  if ((isAll === true) === ids.length > 0)
    throw new UsageError("which ones? Name ids, or --all for all of them");
}

/** As many calls as it takes: for these ids, or without any for all that are there; what dies meanwhile is left. */
async function change(client: Client, path: string, ids: readonly string[], options: object) {
  const call = (body: object) =>
    client.call({ method: "POST", path, body: { ...body, ...options } }, deadDone);
  if (ids.length === 0) return changeAll(call);
  let done = { count: 0, left: 0 };
  for (let first = 0; first < ids.length; first += DEAD_LETTERS_PER_CALL) {
    const { count, left } = await call({ ids: ids.slice(first, first + DEAD_LETTERS_PER_CALL) });
    done = { count: done.count + count, left };
  }
  return done;
}

async function changeAll(call: (body: object) => Promise<z.output<typeof deadDone>>) {
  let done = await call({ all: true });
  for (let wanted = done.left; wanted > 0; wanted -= DEAD_LETTERS_PER_CALL) {
    const { count, left } = await call({ all: true, max: Math.min(wanted, DEAD_LETTERS_PER_CALL) });
    done = { count: done.count + count, left };
  }
  return done;
}

function said(done: z.output<typeof deadDone>, ids: readonly string[], what: string) {
  const missed = ids.length - done.count;
  return {
    json: done,
    text: () => `${what}: ${done.count}; dead letters left: ${done.left}`,
    notes: missed > 0 ? [`${missed} of the ids are of no dead letter here`] : [],
    exitCode: missed > 0 ? EXIT_CODES.refused : EXIT_CODES.done,
  };
}

export const deadLetterCommands: Build = group(
  "dead",
  "Messages that were delivered too often, or given up",
  [list, show, redrive, purge],
);
