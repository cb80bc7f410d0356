import * as z from "zod";
import { given } from "../../../core/given.ts";
import { type Schedule, type ScheduleSpec, scheduleKey } from "../../../core/schedule/schedule.ts";
import { toRfc3339 } from "../../../core/time.ts";
import { deleteSchedule, findSchedule, listSchedules, putSchedule } from "../../../service/schedule-calls.ts";
import { findFlow } from "../../../service/flow-calls.ts";
import { type Action, action } from "../action.ts";
import { derivedId } from "../derived-id.ts";
import { errorOf } from "../errors.ts";
import { type Written, boolean, description, limit, name, nextToken, written } from "../fields.ts";

/**
 * An interval in whole minutes, or six fields of which the seconds are a plain number (spec: api.md section 2.4): so two
 * instants are never less than a minute apart. What else is right or wrong with it the schedules themselves know.
 */
const cron = z
  .string()
  .regex(
    /^(?:(?:CRON_)?TZ=\S+ +)?(?:@every [1-9]\d{0,7}m|\d{1,2}(?: +\S+){5})$/,
    'must be "@every <n>m", or six fields with plain seconds such as "0 30 9 * * MON-FRI", with CRON_TZ=<zone> or TZ=<zone> before it or not',
  );

const of = { FlowName: name, ScheduleName: name };

interface Changes {
  readonly CronExpression?: string | undefined;
  readonly Payload?: Written | undefined;
  readonly Description?: string | undefined;
  readonly Enable?: boolean | undefined;
}

function specOf({ CronExpression, Payload, Description, Enable }: Changes): Partial<ScheduleSpec> {
  return {
    ...(CronExpression !== undefined && { cron: CronExpression }),
    ...(Payload && { payload: Payload.value, ...given({ payloadText: Payload.text }) }),
    ...(Description !== undefined && { description: Description }),
    ...(Enable !== undefined && { enabled: Enable }),
  };
}

async function toSchedule(schedule: Schedule) {
  const { flow, name: ScheduleName, createdAt, updatedAt } = schedule;
  return {
    ScheduleName,
    ScheduleId: await derivedId("schedule", flow, ScheduleName, String(createdAt)),
    Description: schedule.description ?? "",
    CronExpression: expressionOf(schedule),
    Payload: payloadOf(schedule),
    Enable: schedule.enabled,
    CreatedTime: toRfc3339(createdAt),
    LastModifiedTime: toRfc3339(updatedAt),
  };
}

/** As it was written, unless it was changed by somebody who did not know how. */
function payloadOf({ payload, payloadText }: Schedule): string {
  const own = payload === undefined ? "" : JSON.stringify(payload);
  if (payloadText === undefined) return own;
  const meant = written.safeParse(payloadText);
  return meant.success && JSON.stringify(meant.data.value) === own ? payloadText : own;
}

/** FnF's expressions hold their time zone, and there is one of them; natively there may be several. */
function expressionOf({ cron: expressions, timeZone }: Schedule): string {
  return [expressions]
    .flat()
    .map((one) => (timeZone === undefined || /^(?:CRON_)?TZ=/.test(one) ? one : `CRON_TZ=${timeZone} ${one}`))
    .join(" | ");
}

/** What the user said of a schedule, without what we note of it. */
function ownSpec(schedule: Schedule): ScheduleSpec {
  const {
    flow: _flow,
    name: _name,
    createdAt: _createdAt,
    updatedAt: _updatedAt,
    nextAt: _nextAt,
    leftOut: _leftOut,
    pausedAt: _pausedAt,
    pauseReason: _pauseReason,
    skips: _skips,
    counts: _counts,
    refusedToday: _refusedToday,
    parked: _parked,
    ...rest
  } = schedule;
  // What we note besides some day would be stored as if the user had said it: then this is a mistake of types.
  const spec: Exclude<keyof typeof rest, keyof ScheduleSpec> extends never ? ScheduleSpec : never = rest;
  return spec;
}

const changes = {
  Payload: written.optional(),
  Description: description.optional(),
  Enable: boolean.optional(),
};

export const scheduleActions: readonly Action[] = [
  action({
    name: "CreateSchedule",
    does: "Creates a schedule of a flow",
    needs: "operate",
    replay: "refused",
    parameters: { ...of, CronExpression: cron, ...changes },
    async handle({ env, nonce, caller, parameters }) {
      const { FlowName, ScheduleName, CronExpression } = parameters;
      const spec = { ...specOf(parameters), cron: CronExpression };
      const outcome = await putSchedule(env, FlowName, ScheduleName, spec, {
        only: "none",
        nonce,
        by: `key:${caller.accessKeyId}`,
      });
      if (!outcome.ok) throw errorOf(outcome);
      return toSchedule(outcome.schedule);
    },
  }),
  action({
    name: "UpdateSchedule",
    does: "Changes what is given, keeps the rest",
    needs: "operate",
    replay: "refused",
    parameters: { ...of, CronExpression: cron.optional(), ...changes },
    async handle({ env, nonce, caller, parameters }) {
      const { FlowName, ScheduleName, CronExpression, Payload } = parameters;
      const found = await findSchedule(env, FlowName, ScheduleName);
      if (!found.ok) throw errorOf(found);
      const { timeZone, payloadText, ...kept } = ownSpec(found.schedule);
      // A new expression says its zone itself.
      const zone = CronExpression === undefined && timeZone !== undefined ? { timeZone } : {};
      const known = Payload ? {} : given({ payloadText });
      const spec = { ...kept, ...zone, ...known, ...specOf(parameters) };
      const { createdAt, updatedAt } = found.schedule;
      const conditions = { only: { createdAt, updatedAt }, nonce, by: `key:${caller.accessKeyId}` };
      const outcome = await putSchedule(env, FlowName, ScheduleName, spec, conditions);
      if (!outcome.ok) throw errorOf(outcome);
      return toSchedule(outcome.schedule);
    },
  }),
  action({
    name: "DeleteSchedule",
    does: "Deletes a schedule; what it started goes on",
    needs: "operate",
    replay: "refused",
    parameters: of,
    async handle({ env, nonce, parameters: { FlowName, ScheduleName } }) {
      const outcome = await deleteSchedule(env, FlowName, ScheduleName, nonce);
      if (!outcome.ok) throw errorOf(outcome);
      return {};
    },
  }),
  action({
    name: "DescribeSchedule",
    does: "A schedule",
    needs: "read",
    replay: "harmless",
    parameters: of,
    async handle({ env, parameters: { FlowName, ScheduleName } }) {
      const found = await findSchedule(env, FlowName, ScheduleName);
      if (!found.ok) throw errorOf(found);
      return toSchedule(found.schedule);
    },
  }),
  action({
    name: "ListSchedules",
    does: "A flow's schedules by name",
    needs: "read",
    replay: "harmless",
    parameters: { FlowName: name, Limit: limit, NextToken: nextToken(/^[\w-]{1,128}$/) },
    async handle({ env, parameters: { FlowName, Limit, NextToken } }) {
      const stored = await findFlow(env, FlowName);
      if (!stored.ok) throw errorOf(stored);
      const after = NextToken === undefined ? undefined : scheduleKey(FlowName, NextToken);
      const range = { flow: FlowName, limit: Limit, ...given({ after }) };
      const { items, cursor } = await listSchedules(env, { ...range, withPayloads: true });
      return {
        Schedules: await Promise.all(items.map(toSchedule)),
        ...(cursor !== undefined && { NextToken: items.at(-1)?.name }),
      };
    },
  }),
];
