import * as z from "zod";
import {
  deadLettersAnswer,
  deadNoticesAnswer,
  deadNotificationsAnswer,
} from "../../../http/contract/dead-letters.ts";
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
  ["--notices", "what the webhook did not take of what schedules had to tell"],
] as const;
const NOTICES = "/v1/schedules/dead-notices";
const PATHS = ["/v1/queues/{queue}/dead", "/v1/topics/{topic}/subscriptions/{subscription}/dead", NOTICES];
const IDS = { ids: "ids of dead letters, as the list shows them" };
/** Each list has cursors of its own form. */
const listQuery = deadQuery.extend({
  cursor: z.string().optional().describe("The cursor of the page before: the answer goes on behind it"),
});
const why = purgeBody.options[0].pick({ reason: true });

/** Where dead letters lie, and how they are shown. */
interface Place {
  readonly path: string;
  readonly name: string;
  list(client: Client, options: z.output<typeof listQuery>, isAll: unknown): Promise<Said>;
}

/** Undefined when none is named. */
function namedPlace({ queue, topic, subscription, notices }: Flags): Place | undefined {
  const named = [queue, topic, subscription, notices]
    .map((flag) => (flag === undefined ? "" : "x"))
    .join(",");
  switch (named) {
    case "x,,,":
      return ofQueue(String(queue));
    case ",x,x,":
      return ofSubscription(String(topic), String(subscription));
    case ",,,x":
      return { path: NOTICES, name: "notices", list: lister(NOTICES, deadNoticesAnswer, tableOfNotices) };
    case ",,,":
      return undefined;
    default:
      throw whichPlace();
  }
}

function placeOf(flags: Flags): Place {
  const place = namedPlace(flags);
  if (!place) throw whichPlace();
  return place;
}

function whichPlace(): UsageError {
  return new UsageError("of what? Name a --queue, or a --topic with its --subscription, or --notices");
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

type DeadNotice = z.output<typeof deadNoticesAnswer>["items"][number];

function tableOfNotices(output: Output, notices: readonly DeadNotice[]): string {
  return table(
    output,
    notices,
    [
      ["ID", ({ id }) => id],
      ["DIED", ({ diedAt }) => time(diedAt)],
      ["NOTICE", ({ type }) => type],
      ["SCHEDULE", ({ flow, schedule }) => `${flow}/${schedule}`],
      ["INSTANT", ({ firing }) => time(firing.at)],
      ["REASON", ({ detail }) => detail],
    ],
    "no dead letters",
  );
}

type Sum = z.output<typeof deadLettersAnswer>;

function tableOfPlaces(output: Output, { queues, subscriptions, notices }: Sum): string {
  const places = [
    ...queues.map(({ name, dead }) => ({ of: `queue ${name}`, dead })),
    ...subscriptions.map(({ topic, subscription, dead }) => ({
      of: `subscription ${topic}/${subscription}`,
      dead,
    })),
    ...(notices > 0 ? [{ of: "notices of schedules", dead: notices }] : []),
  ];
  const none = "no dead letters anywhere";
  return table(
    output,
    places,
    [
      ["OF", ({ of }) => of],
      ["DEAD LETTERS", ({ dead }) => dead],
    ],
    none,
  );
}

const list = command({
  usage: "list",
  calls: ["GET /v1/dead-letters", ...PATHS.map((path) => `GET ${path}`)],
  summary: "List what was given up, with why; without a place: where something was",
  options: listQuery,
  flags: [...WHERE, ALL],
  examples: ["dead list", "dead list --topic news --subscription mail-room --all --json"],
  async run({ client, options, flags }) {
    const place = namedPlace(flags);
    if (place) return place.list(client, options, flags.all);
    const sum = await client.call({ method: "GET", path: "/v1/dead-letters" }, deadLettersAnswer);
    return { json: sum, text: (output) => tableOfPlaces(output, sum) };
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

export const deadCommands: Build = group("dead", "What was given up: messages, notifications, notices", [
  list,
  redrive,
  purge,
]);
