import * as z from "zod";
import { pauseBody } from "../../../http/contract/pauses.ts";
import {
  backfillBody,
  backfillPlan,
  backfillStarted,
  backfillView,
  previewAnswer,
  previewBody,
  previewQuery,
  resumeAnswer,
  resumeBody,
  schedule as scheduleShape,
  skipBody,
  unskipBody,
} from "../../../http/contract/schedules.ts";
import { UsageError } from "../../usage-error.ts";
import { type Build, command } from "../command.ts";
import { record, table, time } from "../format.ts";
import { readOptions } from "../options.ts";
import type { Output, Said } from "../output.ts";
import { nextOf } from "./schedule-next.ts";
import { SCHEDULE_ARGS as ARGS, schedulePath as pathOf } from "./schedule-path.ts";

type Flags = Readonly<Record<string, unknown>>;

const pause = command({
  usage: "pause <flow> <schedule>",
  calls: ["POST /v1/flows/{flow}/schedules/{schedule}/pause"],
  summary: "Let a schedule rest",
  args: ARGS,
  options: pauseBody,
  examples: ["schedule pause checks nightly --reason 'moving house'"],
  async run({ client, args: { flow, schedule }, options: body }) {
    const path = `${pathOf(flow, schedule)}/pause`;
    const found = await client.call({ method: "POST", path, body }, scheduleShape);
    return { json: found, text: () => `schedule ${flow}/${schedule}: paused` };
  },
});

const resume = command({
  usage: "resume <flow> <schedule>",
  calls: ["POST /v1/flows/{flow}/schedules/{schedule}/resume"],
  summary: "Let a schedule fire again, and start of what passed as much as you like",
  args: ARGS,
  options: resumeBody,
  examples: [
    "schedule resume checks nightly",
    "schedule resume checks nightly --catch-up-mode last --dry-run",
  ],
  async run({ client, args: { flow, schedule }, options: body }) {
    const path = `${pathOf(flow, schedule)}/resume`;
    const found = await client.call({ method: "POST", path, body }, resumeAnswer);
    return {
      json: found,
      text: (output) =>
        "items" in found
          ? instantsOf(output, found.items)
          : `schedule ${flow}/${schedule}: on, next at ${nextOf(found) || "no time to come"}`,
    };
  },
});

function instantsOf(output: Output, items: readonly { at: string }[]): string {
  return table(output, items, [["WOULD START", ({ at }) => time(at)]], "nothing would start");
}

/** Of the schedule that is named, else of the one that the options tell. */
function previewCall(flow: string | undefined, schedule: string | undefined, flags: Flags) {
  if (flow === undefined) {
    const body = readOptions(previewBody, flags);
    return { method: "POST", path: "/v1/schedules/preview", body } as const;
  }
  if (schedule === undefined) throw new UsageError("name the schedule, too, or neither, and its --cron");
  if (flags.cron !== undefined)
    throw new UsageError("name a schedule that is stored, or give the --cron of one that is not");
  const query = readOptions(previewQuery, flags);
  return { method: "GET", path: `${pathOf(flow, schedule)}/preview`, query } as const;
}

const preview = command({
  usage: "preview [flow] [schedule]",
  calls: ["GET /v1/flows/{flow}/schedules/{schedule}/preview", "POST /v1/schedules/preview"],
  summary:
    "Show when a schedule fires next, one that is stored or one that might be; odd days of daylight saving are marked",
  args: ARGS,
  changes: previewBody.extend(previewQuery.pick({ odd: true }).shape),
  examples: [
    "schedule preview checks nightly --count 5",
    "schedule preview checks nightly --from 2027-03-27",
    "schedule preview checks nightly --odd 3",
    "schedule preview --cron '30 2 * * MON-FRI' --time-zone Europe/Berlin",
  ],
  async run({ client, args: { flow, schedule }, flags }) {
    const found = await client.call(previewCall(flow, schedule, flags), previewAnswer);
    return {
      json: found,
      text: (output) =>
        table(
          output,
          found.items,
          [
            ["AT", ({ at }) => time(at)],
            ["IN ITS ZONE", ({ local, offset }) => `${local} ${offset}`],
            ["DAY", ({ weekday }) => weekday],
            ["MARK", ({ mark }) => mark],
            ["STARTS", ({ startsAt }) => time(startsAt)],
            ["SKIPPED", ({ isSkipped }) => (isSkipped ? "yes" : "")],
          ],
          "it never fires again",
        ),
      notes: [
        ...found.warnings.map((one) => `warning: ${one}`),
        ...(found.odd ?? []).map(({ local, offset, mark, leftOut, reason }) => {
          const why = [mark, leftOut, reason].filter((part) => part !== undefined);
          return `odd: ${local} ${offset} (${why.join(", ")})`;
        }),
      ],
    };
  },
});

const skip = command({
  usage: "skip <flow> <schedule>",
  calls: ["POST /v1/flows/{flow}/schedules/{schedule}/skip"],
  summary: "Let exactly one coming instant start nothing",
  args: ARGS,
  options: skipBody,
  examples: ["schedule skip checks nightly --at 2027-01-31T02:30:00Z --reason holiday"],
  async run({ client, args: { flow, schedule }, options: body }) {
    const found = await client.call(
      { method: "POST", path: `${pathOf(flow, schedule)}/skip`, body },
      scheduleShape,
    );
    return {
      json: found,
      text: () => `schedule ${flow}/${schedule}: skips ${time(body.at, found.timeZone)}`,
    };
  },
});

const unskip = command({
  usage: "unskip <flow> <schedule>",
  calls: ["POST /v1/flows/{flow}/schedules/{schedule}/unskip"],
  summary: "Let a coming instant start after all",
  args: ARGS,
  options: unskipBody,
  examples: ["schedule unskip checks nightly --at 2027-01-31T02:30:00Z"],
  async run({ client, args: { flow, schedule }, options: body }) {
    const found = await client.call(
      { method: "POST", path: `${pathOf(flow, schedule)}/unskip`, body },
      scheduleShape,
    );
    return {
      json: found,
      text: () => `schedule ${flow}/${schedule}: starts at ${time(body.at, found.timeZone)} after all`,
    };
  },
});

const backfill = command({
  usage: "backfill <flow> <schedule>",
  calls: ["POST /v1/flows/{flow}/schedules/{schedule}/backfill"],
  summary: "Run a schedule for a stretch of the past",
  args: ARGS,
  options: backfillBody,
  examples: [
    "schedule backfill checks nightly --from 2027-01-01 --to 2027-01-31 --dry-run",
    "schedule backfill checks nightly --from 7d --to 1h --parallelism 4",
  ],
  async run({ client, args: { flow, schedule }, options: body }) {
    const shape = z.union([backfillStarted, backfillPlan]);
    const found = await client.call(
      { method: "POST", path: `${pathOf(flow, schedule)}/backfill`, body },
      shape,
    );
    const { count, alreadyRun, skipped } = found;
    const left = [
      ...(alreadyRun > 0 ? [`${alreadyRun} left out, since they have run: --force takes them, too`] : []),
      ...(skipped > 0 ? [`${skipped} left out, since they were skipped: --force takes them, too`] : []),
    ];
    if ("items" in found)
      return { json: found, text: (output) => instantsOf(output, found.items), notes: left };
    const look = `npx millrace schedule backfilled ${flow} ${schedule} ${found.id}`;
    return {
      json: found,
      text: () => `backfill ${found.id}: starts ${count}`,
      notes: [...left, `How far it is: ${look}`],
    };
  },
});

const BACKFILL_ARGS = { ...ARGS, backfill: "id of the backfill" };

function sayBackfill(found: z.output<typeof backfillView>): Said {
  const { id, status, started, count, alreadyRun, skipped = 0, from, to, createdAt, endedAt, ended } = found;
  return {
    json: found,
    text: (output) =>
      record(output, {
        backfill: id,
        status: output.status(status),
        started: `${started} of ${count}`,
        "left out": alreadyRun + skipped > 0 ? alreadyRun + skipped : undefined,
        ended: Object.entries(ended)
          .map(([name, number]) => `${number} ${name}`)
          .join(", "),
        from: time(from),
        to: time(to),
        "asked for": time(createdAt),
        over: time(endedAt),
      }),
  };
}

const backfilled = command({
  usage: "backfilled <flow> <schedule> <backfill>",
  calls: ["GET /v1/flows/{flow}/schedules/{schedule}/backfills/{backfill}"],
  summary: "Show how far a backfill is",
  args: BACKFILL_ARGS,
  examples: ["schedule backfilled checks nightly b1"],
  async run({ client, args: { flow, schedule, backfill: id = "" } }) {
    const path = `${pathOf(flow, schedule)}/backfills/${encodeURIComponent(id)}`;
    return sayBackfill(await client.call({ method: "GET", path }, backfillView));
  },
});

const stopBackfill = command({
  usage: "stop-backfill <flow> <schedule> <backfill>",
  calls: ["POST /v1/flows/{flow}/schedules/{schedule}/backfills/{backfill}/stop"],
  summary: "Let no further instant of a backfill start",
  args: BACKFILL_ARGS,
  examples: ["schedule stop-backfill checks nightly b1"],
  async run({ client, args: { flow, schedule, backfill: id = "" } }) {
    const path = `${pathOf(flow, schedule)}/backfills/${encodeURIComponent(id)}/stop`;
    return sayBackfill(await client.call({ method: "POST", path, body: {} }, backfillView));
  },
});

export const scheduleActions: readonly Build[] = [
  pause,
  resume,
  preview,
  skip,
  unskip,
  backfill,
  backfilled,
  stopBackfill,
];
