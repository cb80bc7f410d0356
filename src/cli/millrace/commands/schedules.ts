import * as z from "zod";
import { JUDGEMENTS } from "../../../core/schedule/judgement.ts";
import { calendarAnswer, calendarQuery } from "../../../http/contract/calendar.ts";
import { firingsAnswer, firingsQuery } from "../../../http/contract/firings.ts";
import {
  patchScheduleBody,
  putScheduleAnswer,
  putScheduleBody,
  runAnswer,
  runBody,
  schedule as scheduleShape,
  schedulesAnswer,
  schedulesQuery,
} from "../../../http/contract/schedules.ts";
import { command, group } from "../command.ts";
import { REPLACE, changeNotes, orNone } from "../existing.ts";
import { pretty, record, table, time } from "../format.ts";
import { UNSET, readChanges, readOptions } from "../options.ts";
import type { Output } from "../output.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";
import { watch } from "../watch.ts";
import { scheduleActions } from "./schedule-actions.ts";
import { nextOf } from "./schedule-next.ts";
import { SCHEDULE_ARGS as ARGS, schedulePath as pathOf } from "./schedule-path.ts";
import { retryEffects } from "./retry-effects.ts";

type Schedule = z.output<typeof scheduleShape>;

const TIMES = /At$/;

/** All that the service says of it: times as people read them, values as JSON. */
function describeSchedule(schedule: Schedule, output: Output): string {
  const entries = Object.entries(schedule).map(([key, value]): [string, string] => {
    if (typeof value === "string") return [key, TIMES.test(key) ? time(value, schedule.timeZone) : value];
    return [key, typeof value === "object" ? pretty(value) : String(value)];
  });
  return record(output, Object.fromEntries(entries));
}

const list = command({
  usage: "list [flow]",
  calls: ["GET /v1/schedules", "GET /v1/flows/{flow}/schedules"],
  summary: "List schedules, of one flow or of all",
  args: { flow: "name of the flow; all flows by default" },
  options: schedulesQuery,
  flags: [ALL],
  examples: ["schedule list", "schedule list checks --json"],
  async run({ client, args: { flow }, options, flags }) {
    const path = flow === undefined ? "/v1/schedules" : `/v1/flows/${encodeURIComponent(flow)}/schedules`;
    const page = await readPages(client, path, options, schedulesAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["FLOW", (one) => one.flow],
            ["NAME", ({ name }) => name],
            ["CRON", ({ cron }) => (Array.isArray(cron) ? cron.join("; ") : cron)],
            ["ZONE", ({ timeZone }) => timeZone],
            ["STATE", (one) => stateOf(one, output)],
            ["NEXT", nextOf],
          ],
          "no schedules yet: `npx millrace schedule put FLOW NAME --cron ...` makes one",
        ),
      notes: moreNotes(page),
    };
  },
});

function stateOf({ enabled, parked }: Schedule, output: Output): string {
  if (parked) return output.paint("red", "parked");
  return enabled ? "on" : output.paint("yellow", "paused");
}

const get = command({
  usage: "get <flow> <schedule>",
  calls: ["GET /v1/flows/{flow}/schedules/{schedule}"],
  summary: "Show a schedule",
  args: ARGS,
  examples: ["schedule get checks nightly"],
  async run({ client, args: { flow, schedule } }) {
    const found = await client.call({ method: "GET", path: pathOf(flow, schedule) }, scheduleShape);
    return { json: found, text: (output) => describeSchedule(found, output) };
  },
});

const put = command({
  usage: "put <flow> <schedule>",
  calls: [
    "GET /v1/flows/{flow}/schedules/{schedule}",
    "PUT /v1/flows/{flow}/schedules/{schedule}",
    "PATCH /v1/flows/{flow}/schedules/{schedule}",
  ],
  summary: "Create a schedule, or change what is given of it",
  args: ARGS,
  changes: putScheduleBody,
  flags: [UNSET, REPLACE],
  examples: [
    "schedule put checks workdays --cron '0 9 * * MON-FRI' --cron '0 12 * * SAT' --overlap skip --catch-up-mode last",
    "schedule put checks nightly --cron '30 2 * * MON-FRI' --time-zone Asia/Shanghai --payload payload.json",
    "schedule put checks often --cron '@every 90s' --no-enabled",
    "schedule put checks nightly --cron '0 3 * * *' --unset payload",
  ],
  async run({ client, args: { flow, schedule }, flags }) {
    const path = pathOf(flow, schedule);
    const before = await orNone(client.call({ method: "GET", path }, scheduleShape), "ScheduleNotExists");
    const isPatch = before !== undefined && flags.replace !== true;
    const call = isPatch
      ? { method: "PATCH" as const, body: readChanges(putScheduleBody, patchScheduleBody, flags, before) }
      : { method: "PUT" as const, body: readOptions(putScheduleBody, flags) };
    const stored = await client.call({ ...call, path }, putScheduleAnswer);
    const { warnings, ...rest } = stored;
    return {
      json: stored,
      text: (output) => describeSchedule(rest, output),
      notes: [
        ...changeNotes(Object.keys(putScheduleBody.shape), before, stored),
        ...warnings.map((one) => `warning: ${one}`),
      ],
    };
  },
});

const remove = command({
  usage: "delete <flow> <schedule>",
  calls: ["DELETE /v1/flows/{flow}/schedules/{schedule}"],
  summary: "Delete a schedule with its ledger; what it started goes on",
  args: ARGS,
  examples: ["schedule delete checks nightly"],
  async run({ client, args: { flow, schedule } }) {
    await client.call({ method: "DELETE", path: pathOf(flow, schedule) }, z.undefined());
    return { json: { deleted: `${flow}/${schedule}` }, text: () => `schedule ${flow}/${schedule}: deleted` };
  },
});

const run = command({
  usage: "run <flow> <schedule>",
  calls: ["POST /v1/flows/{flow}/schedules/{schedule}/run"],
  summary: "Start an execution now, as the schedule would",
  args: ARGS,
  options: runBody,
  flags: [["--watch", "watch it until it ends"]],
  examples: [
    "schedule run checks nightly",
    `schedule run checks nightly --payload '{"workers": ["north"]}' --watch`,
  ],
  async run({ client, output, args: { flow = "", schedule }, options: body, flags }) {
    const started = await client.call(
      { method: "POST", path: `${pathOf(flow, schedule)}/run`, body },
      runAnswer,
    );
    if (flags.watch === true) return watch(client, output, { flow, name: started.executionName });
    return { json: started, text: () => started.executionName };
  },
});

const firings = command({
  usage: "firings <flow> <schedule>",
  calls: ["GET /v1/flows/{flow}/schedules/{schedule}", "GET /v1/flows/{flow}/schedules/{schedule}/firings"],
  summary: "Show a schedule's ledger: each instant and what became of it, newest first",
  args: ARGS,
  options: firingsQuery,
  flags: [ALL],
  examples: [
    "schedule firings checks nightly",
    "schedule firings checks nightly --from 7d --verdict failedToStart",
    "schedule firings checks nightly --unwell true",
  ],
  async run({ client, args: { flow, schedule }, options, flags }) {
    const path = pathOf(flow, schedule);
    const { timeZone } = await client.call({ method: "GET", path }, scheduleShape);
    const page = await readPages(client, `${path}/firings`, options, firingsAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["AT", ({ at }) => time(at, timeZone)],
            ["KIND", ({ kind }) => kind],
            ["VERDICT", ({ verdict }) => output.status(verdict)],
            ["LATE", ({ latenessMs }) => latenessMs && `${latenessMs} ms`],
            ["BEGAN LATE", ({ startLatenessMs }) => startLatenessMs && `${startLatenessMs} ms`],
            ["BY", ({ firedBy }) => firedBy],
            ["EXECUTION", ({ executionName }) => executionName],
            ["ENDED", ({ executionStatus }) => executionStatus && output.status(executionStatus)],
            [
              "BROKEN",
              ({ missedStart, missedEnd }) =>
                [missedStart && "start", missedEnd && "end"].filter(Boolean).join(", "),
            ],
            ["ERROR", ({ error }) => error],
            ["REASON", ({ reason }) => reason],
          ],
          "it has not fired yet",
        ),
      notes: moreNotes(page),
    };
  },
});

const calendar = command({
  usage: "calendar <flow> <schedule>",
  calls: ["GET /v1/flows/{flow}/schedules/{schedule}/calendar"],
  summary: "Show how a schedule went, by days, hours or minutes of its zone",
  args: ARGS,
  options: calendarQuery.extend({ to: calendarQuery.shape.to.optional() }),
  examples: [
    "schedule calendar checks nightly --from 30d",
    "schedule calendar checks often --from 2d --by hour",
    "schedule calendar checks often --from 3h --by minute",
  ],
  async run({ client, args: { flow, schedule }, options: { to = new Date().toISOString(), ...options } }) {
    const call = {
      method: "GET" as const,
      path: `${pathOf(flow, schedule)}/calendar`,
      query: { ...options, to },
    };
    const found = await client.call(call, calendarAnswer);
    return {
      json: found,
      text: (output) =>
        table(
          output,
          found.cells,
          [
            [options.by.toUpperCase(), ({ local }) => local.replace("T", " ")],
            ...JUDGEMENTS.map((one) => [one.toUpperCase(), (cell: Cell) => cell[one]] as const),
          ],
          "nothing was to run in this time",
        ),
      notes: found.clockChanges.map(({ at, kind }) => `clocks go ${kind} at ${time(at, found.timeZone)}`),
    };
  },
});

type Cell = z.output<typeof calendarAnswer>["cells"][number];

export const scheduleCommands = group("schedule", "Start flows again and again", [
  list,
  get,
  put,
  remove,
  retryEffects("/v1/flows/{flow}/schedules/{schedule}", ARGS, "schedule retry-effects checks nightly"),
  run,
  ...scheduleActions,
  firings,
  calendar,
]);
