import { authorOf } from "../../auth/roles.ts";
import type { ChangeSchedule } from "../../core/schedule/command.ts";
import { scheduleNotExists } from "../../core/schedule/preconditions.ts";
import { type Rejection, reject } from "../../core/result.ts";
import type { ScheduleOutcome } from "../../core/schedule/command.ts";
import type { BackfillView } from "../../core/schedule/backfill-state.ts";
import { LIST_LIMIT_MAX } from "../../core/limits.ts";
import { toRfc3339 } from "../../core/time.ts";
import type { Env } from "../../env.ts";
import { askSchedule } from "../../service/objects.ts";
import { changedBy } from "../../service/schedule-calls.ts";
import { nothing } from "../contract/common.ts";
import { pauseBody } from "../contract/pauses.ts";
import {
  backfillBody,
  backfillParams,
  backfillPlan,
  backfillStarted,
  backfillView,
  resumeAnswer,
  resumeBody,
  runAnswer,
  runBody,
  schedule as scheduleAnswer,
  scheduleParams,
  skipBody,
  unskipBody,
} from "../contract/schedules.ts";
import { startName } from "../idempotency.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toInstant, withTimes } from "../times.ts";
import { defined, viewOf } from "./schedule-body.ts";

const PATH = "/v1/flows/{flow}/schedules/{schedule}";

type Ok = Extract<ScheduleOutcome, { ok: true }>;

async function change(env: Env, command: ChangeSchedule): Promise<Ok> {
  const { flow, name } = command;
  const outcome = await askSchedule(env, flow, name, (shard) => shard.change(command));
  if (!outcome.ok) throw problemOf(outcome);
  return outcome;
}

function changed(outcome: Ok) {
  return { status: 200, body: viewOf(changedBy(outcome)) };
}

function itemsOf(instants: readonly number[] = []) {
  return instants.slice(0, LIST_LIMIT_MAX).map((at) => withTimes({ at }));
}

function viewOfBackfill(view: BackfillView | undefined, missing: () => Rejection) {
  if (view?.from === undefined || view.to === undefined) throw problemOf(missing());
  return { ...withTimes(view), from: toRfc3339(view.from), to: toRfc3339(view.to) };
}

/** What a request without a name of its own is known by, and who makes it. */
async function askedBy(
  headers: Headers,
  body: unknown,
  flow: string,
  name: string,
  caller: { readonly accessKeyId: string },
) {
  // A key stands for a run of this schedule, whatever it stands for elsewhere.
  const {
    name: executionName,
    startId,
    isKeyed,
  } = await startName(headers, undefined, body, `${flow}/${name}`);
  return {
    by: authorOf(caller),
    runId: startId,
    ...(isKeyed && { keyed: { executionName, startId } }),
  };
}

const runs: readonly Route[] = [
  route({
    id: "runSchedule",
    method: "POST",
    path: `${PATH}/run`,
    summary: "Starts an execution now, as the schedule would, whatever runs",
    params: scheduleParams,
    query: nothing,
    body: runBody,
    answers: { 202: runAnswer },
    problems: ["ScheduleNotExists", "IdempotencyConflict", "PayloadTooLarge", "ScheduleParked", "MemoryFull"],
    async handle({ env, params: { flow, schedule: name }, body, headers, caller }) {
      const { by: firedBy, ...asked } = await askedBy(headers, body, flow, name, caller);
      const { executionName } = await change(env, {
        type: "runNow",
        flow,
        name,
        firedBy,
        ...asked,
        ...defined(body),
      });
      return { status: 202, body: { executionName } };
    },
  }),
  route({
    id: "backfillSchedule",
    method: "POST",
    path: `${PATH}/backfill`,
    summary: "Runs a schedule for a stretch of the past; a dry run only says what would start",
    params: scheduleParams,
    query: nothing,
    body: backfillBody,
    answers: { 200: backfillPlan, 202: backfillStarted },
    problems: [
      "InvalidRange",
      "ScheduleNotExists",
      "IdempotencyConflict",
      "BackfillRunning",
      "PayloadTooLarge",
      "ScheduleParked",
      "MemoryFull",
    ],
    async handle({ env, params: { flow, schedule: name }, body, headers, caller }) {
      const asked = await askedBy(headers, body, flow, name, caller);
      const range = { from: toInstant(body.from), to: toInstant(body.to) };
      const wanted = { type: "backfill", flow, name, ...defined(body), ...range, ...asked } as const;
      const { backfill } = await change(env, wanted);
      const { id, count = 0, alreadyRun = 0, skipped = 0, instants } = backfill ?? {};
      const counts = { count, alreadyRun, skipped };
      if (body.dryRun) return { status: 200, body: { ...counts, items: itemsOf(instants) } };
      return { status: 202, body: { id, ...counts } };
    },
  }),
  route({
    id: "getBackfill",
    method: "GET",
    path: `${PATH}/backfills/{backfill}`,
    summary: "How far a backfill is",
    params: backfillParams,
    query: nothing,
    answers: { 200: backfillView },
    problems: ["BackfillNotExists"],
    async handle({ env, params: { flow, schedule: name, backfill: id } }) {
      const view = await askSchedule(env, flow, name, (shard) => shard.backfill(flow, name, id));
      const missing = () => reject("BackfillNotExists", `schedule "${name}" has no backfill "${id}"`);
      return { status: 200, body: viewOfBackfill(view, missing) };
    },
  }),
  route({
    id: "stopBackfill",
    method: "POST",
    path: `${PATH}/backfills/{backfill}/stop`,
    summary: "No further instant of a backfill starts; what runs goes on",
    params: backfillParams,
    query: nothing,
    body: nothing,
    answers: { 200: backfillView },
    problems: ["ScheduleNotExists", "BackfillNotExists", "ScheduleParked"],
    async handle({ env, params: { flow, schedule: name, backfill: id } }) {
      const { backfill } = await change(env, { type: "stopBackfill", flow, name, id });
      return { status: 200, body: viewOfBackfill(backfill, () => scheduleNotExists(flow, name)) };
    },
  }),
];

const pauses: readonly Route[] = [
  route({
    id: "pauseSchedule",
    method: "POST",
    path: `${PATH}/pause`,
    summary: "Lets a schedule rest; instants that pass get the verdict `paused`",
    params: scheduleParams,
    query: nothing,
    body: pauseBody,
    answers: { 200: scheduleAnswer },
    problems: ["ScheduleNotExists", "ScheduleParked"],
    async handle({ env, params: { flow, schedule: name }, body, caller }) {
      const said = { by: authorOf(caller), ...defined(body) };
      return changed(await change(env, { type: "setEnabled", flow, name, enabled: false, ...said }));
    },
  }),
  route({
    id: "resumeSchedule",
    method: "POST",
    path: `${PATH}/resume`,
    summary: "Lets a schedule fire again, and starts of what passed in the pause as much as asked for",
    params: scheduleParams,
    query: nothing,
    body: resumeBody,
    answers: { 200: resumeAnswer },
    problems: ["ScheduleNotExists", "ScheduleParked"],
    async handle({ env, params: { flow, schedule: name }, body, caller }) {
      const { catchUp, dryRun = false, reason } = body;
      const said = { by: authorOf(caller), ...(reason !== undefined && { reason }) };
      const wanted = catchUp ? { catchUp: defined(catchUp) } : {};
      const outcome = await change(env, { type: "resume", flow, name, dryRun, ...said, ...wanted });
      return dryRun ? { status: 200, body: { items: itemsOf(outcome.starts) } } : changed(outcome);
    },
  }),
  route({
    id: "skipInstant",
    method: "POST",
    path: `${PATH}/skip`,
    summary: "Exactly this coming instant starts nothing",
    params: scheduleParams,
    query: nothing,
    body: skipBody,
    answers: { 200: scheduleAnswer },
    problems: ["ScheduleNotExists", "InstantNotExists", "TooManySkips", "ScheduleParked", "MemoryFull"],
    async handle({ env, params: { flow, schedule: name }, body: { at, reason }, caller }) {
      const by = authorOf(caller);
      const why = reason === undefined ? {} : { reason };
      return changed(await change(env, { type: "skip", flow, name, at: toInstant(at), by, ...why }));
    },
  }),
  route({
    id: "unskipInstant",
    method: "POST",
    path: `${PATH}/unskip`,
    summary: "A coming instant is not skipped after all",
    params: scheduleParams,
    query: nothing,
    body: unskipBody,
    answers: { 200: scheduleAnswer },
    problems: ["ScheduleNotExists", "InstantNotExists", "ScheduleParked"],
    async handle({ env, params: { flow, schedule: name }, body: { at } }) {
      return changed(await change(env, { type: "unskip", flow, name, at: toInstant(at) }));
    },
  }),
];

export const scheduleActionRoutes: readonly Route[] = [...runs, ...pauses];
