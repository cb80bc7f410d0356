import type * as z from "zod";
import { deadNotificationsAnswer } from "../../../http/contract/dead-letters.ts";
import { deadAnswer, deadQuery, purgeBody } from "../../../http/contract/queues.ts";
import type { Client } from "../../client.ts";
import { UsageError } from "../../usage-error.ts";
import { type Build, command, group } from "../command.ts";
import { YES, confirm } from "../confirm.ts";
import { table, time } from "../format.ts";
import type { Output, Said } from "../output.ts";
import { ALL, type Page, moreNotes, readPages } from "../pages.ts";
import { EVERY, changeDead, checkChoice, saidOfDead } from "./change-dead.ts";
import { tableOfLetters } from "./dead-letters.ts";

/** What was given up, wherever it lies. */

type Flags = Readonly<Record<string, unknown>>;

const WHERE = [
  ["--queue <name>", "dead letters of this queue"],
  ["--topic <name>", "of this topic, those of a --subscription"],
  ["--subscription <name>", "what this subscription of the topic did not get"],
] as const;
const PATHS = [
  "/v1/queues/{queue}/dead",
  "/v1/topics/{topic}/subscriptions/{subscription}/dead",
] as const;
const IDS = { ids: "ids of dead letters, as the list shows them" };
const why = purgeBody.options[0].pick({ reason: true });

/** Where dead letters lie, and how they are shown. */
interface Place {
  readonly path: string;
  readonly name: string;
  list(client: Client, options: z.output<typeof deadQuery>, isAll: unknown): Promise<Said>;
}

function placeOf({ queue, topic, subscription }: Flags): Place {
  const asked = [queue, topic, subscription].map((flag) => typeof flag === "string").join();
  if (asked === "true,false,false") return ofQueue(String(queue));
  if (asked === "false,true,true") return ofSubscription(String(topic), String(subscription));
  throw new UsageError("of what? Name a --queue, or a --topic with its --subscription");
}

function ofQueue(queue: string): Place {
  const path = `/v1/queues/${encodeURIComponent(queue)}/dead`;
  return { path, name: `queue ${queue}`, list: lister(path, deadAnswer, tableOfLetters) };
}

function ofSubscription(topic: string, subscription: string): Place {
  const path = `/v1/topics/${encodeURIComponent(topic)}/subscriptions/${encodeURIComponent(subscription)}/dead`;
  const name = `subscription ${topic}/${subscription}`;
  return { path, name, list: lister(path, deadNotificationsAnswer, tableOfNotifications) };
}

function lister<T>(
  path: string,
  answer: z.ZodType<Page<T>>,
  write: (output: Output, letters: readonly T[]) => string,
): Place["list"] {
  return async (client, options, isAll) => {
    const page = await readPages(client, path, options, answer, isAll);
    return { json: page, text: (output) => write(output, page.items), notes: moreNotes(page) };
  };
}

type DeadNotification = z.output<typeof deadNotificationsAnswer>["items"][number];

function tableOfNotifications(output: Output, letters: readonly DeadNotification[]): string {
  return table(
    output,
    letters,
    [
      ["ID", ({ id }) => id],
      ["DIED", ({ diedAt }) => time(diedAt)],
      ["MESSAGE", ({ message }) => message],
      ["TAG", ({ tag }) => tag],
      ["REASON", ({ reason, detail }) => (detail === undefined ? reason : `${reason}: ${detail}`)],
    ],
    "no dead letters",
  );
}

const list = command({
  usage: "list",
  calls: PATHS.map((path) => `GET ${path}`),
  summary: "List what was given up, with why",
  options: deadQuery,
  flags: [...WHERE, ALL],
  examples: ["dead list --queue workers", "dead list --topic news --subscription mail-room --all --json"],
  async run({ client, options, flags }) {
    return placeOf(flags).list(client, options, flags.all);
  },
});

const redrive = command({
  usage: "redrive [ids...]",
  calls: PATHS.map((path) => `POST ${path}/redrive`),
  summary: "Send what was given up on its way again",
  args: IDS,
  options: why,
  flags: [...WHERE, EVERY],
  examples: [
    "dead redrive --queue workers m-6f0c-0",
    "dead redrive --topic news --subscription mail-room --all --reason 'the address was wrong'",
  ],
  async run({ client, many: ids, options, flags }) {
    checkChoice(ids, flags.all);
    const done = await changeDead(client, `${placeOf(flags).path}/redrive`, ids, options);
    return saidOfDead(done, ids, "sent again");
  },
});

const purge = command({
  usage: "purge [ids...]",
  calls: PATHS.map((path) => `POST ${path}/purge`),
  summary: "Remove what was given up",
  args: IDS,
  options: why,
  flags: [...WHERE, EVERY, YES],
  examples: ["dead purge --topic news --subscription mail-room --all --yes"],
  async run({ client, many: ids, options, flags }) {
    checkChoice(ids, flags.all);
    const { path, name } = placeOf(flags);
    const what = ids.length > 0 ? `${ids.length} dead letters` : "all dead letters";
    await confirm(`Remove ${what} of ${name}?`, flags.yes);
    return saidOfDead(await changeDead(client, `${path}/purge`, ids, options), ids, "removed");
  },
});

export const deadCommands: Build = group("dead", "What was given up: dead letters of queues and subscriptions", [
  list,
  redrive,
  purge,
]);
