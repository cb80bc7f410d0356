import * as z from "zod";
import { EVENT_TYPES } from "../core/history/event.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { isJsonObject } from "../core/json.ts";
import {
  CAUSE_LENGTH,
  DESCRIPTION_LENGTH,
  ERROR_LENGTH,
  EXECUTION_WAIT_SECONDS_MAX,
  LEASE_SECONDS_MAX,
  LIST_LIMIT_DEFAULT,
  LIST_LIMIT_MAX,
  MESSAGE_BODY_BYTES,
  POLL_SECONDS_MAX,
  PRIORITY_DEFAULT,
  PRIORITY_MAX,
  QUEUE_DELAY_SECONDS_MAX,
  QUEUE_RETENTION_SECONDS_MAX,
  QUEUE_RETENTION_SECONDS_MIN,
  RECEIPTS_PER_REQUEST,
  RECEIVE_MAX,
  REPORTS_PER_REQUEST,
  SEND_MESSAGES_MAX,
} from "../core/limits.ts";
import { NAME_PATTERN, NAME_RULE, QUEUE_NAME_PATTERN, QUEUE_NAME_RULE } from "../core/names.ts";

/** The shapes of the native API: what requests are read with, and what every client of it builds on. */

export const name = z.string().regex(NAME_PATTERN, `must be ${NAME_RULE}`);
export const queueName = z.string().regex(QUEUE_NAME_PATTERN, `must be ${QUEUE_NAME_RULE}`);
export const json = z.custom<Json>((value) => value !== undefined, "is required");
export const jsonObject = z.custom<JsonObject>(isJsonObject, "must be a JSON object");
const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2026-11-23T04:00:00Z" });
const description = z.string().max(DESCRIPTION_LENGTH);

/** A number in a query string. */
function queryNumber(low: number, high: number) {
  return z.coerce
    .number(`must be a number from ${low} to ${high}`)
    .int("must be a whole number")
    .min(low)
    .max(high);
}

const limit = queryNumber(1, LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT);

/** How a list is asked for; its cursors have a form of their own, and are not to be made up. */
function pageBy(cursor: RegExp) {
  return {
    limit,
    cursor: z.string().regex(cursor, "must be the cursor of an earlier page of this list").optional(),
  };
}
/** A cursor that is a position: it can also be given as `after` or `from`. */
const position = queryNumber(0, Number.MAX_SAFE_INTEGER).optional();
export const waitSeconds = queryNumber(0, EXECUTION_WAIT_SECONDS_MAX).default(0);

// ---- Flows -----------------------------------------------------------------------------------------------------
export const flowParams = z.strictObject({ flow: name });
export const putFlowBody = z.strictObject({ definition: z.string(), description: description.optional() });
export const validateBody = z.strictObject({ definition: z.string() });
export const versionQuery = z.strictObject({ version: queryNumber(1, Number.MAX_SAFE_INTEGER).optional() });
export const namesQuery = z.strictObject(pageBy(/^[\w-]{1,128}$/));
export const schedulesQuery = z.strictObject(pageBy(/^[\w-]{1,128}\/[\w-]{1,128}$/));

const severity = z.enum(["error", "warning", "info"]);
export const diagnostic = z.strictObject({
  code: z.string(),
  severity,
  message: z.string(),
  path: z.string(),
  line: z.int(),
  column: z.int(),
});
export const flowAnswer = z.strictObject({
  name,
  version: z.int(),
  description: description.optional(),
  createdAt: instant,
  updatedAt: instant,
});
export const putFlowAnswer = flowAnswer.extend({ diagnostics: z.array(diagnostic) });
export const flowWithDefinition = flowAnswer.extend({ definition: z.string() });
export const validateAnswer = z.strictObject({ valid: z.boolean(), diagnostics: z.array(diagnostic) });

// ---- Executions ------------------------------------------------------------------------------------------------
export const executionStatus = z.enum(["Starting", "Running", "Succeeded", "Failed", "Stopped", "TimedOut"]);
export const executionParams = z.strictObject({ flow: name, name });
export const startBody = z.strictObject({
  name: name.optional(),
  input: jsonObject.default({}),
  version: z.int().min(1).optional(),
});
export const startQuery = z.strictObject({ wait: waitSeconds });
export const executionQuery = z.strictObject({ wait: waitSeconds });
export const executionsQuery = z.strictObject({
  ...pageBy(/^\d{16}$/),
  status: executionStatus.optional(),
  prefix: z.string().max(128).optional(),
  from: instant.optional(),
  to: instant.optional(),
  startedBy: z.string().max(256).optional(),
});
const executionSummary = z.strictObject({
  flow: name,
  name,
  version: z.int(),
  status: executionStatus,
  startedBy: z.string(),
  startedAt: instant,
  endedAt: instant.optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});
export const executionHead = executionSummary.extend({
  input: jsonObject,
  output: jsonObject.optional(),
  counts: z.strictObject({ events: z.int(), runningIterations: z.int() }),
});
export const executionsAnswer = z.strictObject({
  items: z.array(executionSummary),
  cursor: z.string().optional(),
});
export const stopBody = z.strictObject({
  error: z.string().min(1).max(ERROR_LENGTH).default("FnF.Stopped"),
  cause: z.string().max(CAUSE_LENGTH).default(""),
});

const stepStatus = z.enum(["Running", "Succeeded", "Failed", "TimedOut", "Stopped"]);
export const stepsQuery = z.strictObject({
  parent: z.string().max(4096).optional(),
  status: stepStatus.optional(),
  from: queryNumber(0, Number.MAX_SAFE_INTEGER).default(0),
  limit,
  cursor: position,
});
export const step = z.strictObject({
  path: z.string(),
  name: z.string(),
  type: z.string(),
  status: stepStatus,
  attempts: z.int().optional(),
  enteredAt: instant,
  endedAt: instant.optional(),
  input: json.optional(),
  local: json.optional(),
  output: json.optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  iterations: z
    .strictObject({ total: z.int(), started: z.int(), running: z.int(), succeeded: z.int(), failed: z.int() })
    .optional(),
  index: z.int().optional(),
  item: json.optional(),
});
export const stepsAnswer = z.strictObject({ items: z.array(step), cursor: z.string().optional() });

export const historyQuery = z.strictObject({
  after: queryNumber(0, Number.MAX_SAFE_INTEGER).default(0),
  limit,
  cursor: position,
  type: z.enum(EVENT_TYPES).optional(),
  step: z.string().max(4096).optional(),
});
export const historyEvent = z.strictObject({
  eventId: z.int(),
  scheduleEventId: z.int(),
  type: z.enum(EVENT_TYPES),
  stepName: z.string(),
  stepPath: z.string(),
  time: instant,
  detail: jsonObject,
});
export const historyAnswer = z.strictObject({ items: z.array(historyEvent), cursor: z.string().optional() });

// ---- Tasks -----------------------------------------------------------------------------------------------------
const token = z.string().min(1);
const failure = {
  error: z.string().min(1).max(ERROR_LENGTH),
  cause: z.string().max(CAUSE_LENGTH).default(""),
};
export const succeedBody = z.strictObject({ token, output: json });
export const failBody = z.strictObject({ token, ...failure });
export const heartbeatBody = z.strictObject({ token });
/** Either an output or an error; what is neither has a verdict that says so. */
const report = z.union([succeedBody, failBody, z.unknown()]);
export const reportBody = z.strictObject({ reports: z.array(report).min(1).max(REPORTS_PER_REQUEST) });
export const reportAnswer = z.strictObject({ eventId: z.int() });
export const verdict = z.union([
  z.strictObject({ ok: z.literal(true), eventId: z.int().optional() }),
  z.strictObject({ ok: z.literal(false), code: z.string(), detail: z.string() }),
]);
export const verdictsAnswer = z.strictObject({ verdicts: z.array(verdict) });

// ---- Queues ----------------------------------------------------------------------------------------------------
export const queueParams = z.strictObject({ queue: queueName });
const attributes = z.strictObject({
  delaySeconds: z.int().min(0).max(QUEUE_DELAY_SECONDS_MAX),
  maximumMessageSize: z.int().min(1024).max(MESSAGE_BODY_BYTES),
  retentionSeconds: z.int().min(QUEUE_RETENTION_SECONDS_MIN).max(QUEUE_RETENTION_SECONDS_MAX),
  leaseSeconds: z.int().min(1).max(LEASE_SECONDS_MAX),
  pollingWaitSeconds: z.int().min(0).max(POLL_SECONDS_MAX),
  loggingEnabled: z.boolean(),
  maxDeliveries: z.int().min(1).optional(),
});
export const putQueueBody = attributes.partial();
export const queueAnswer = z.strictObject({
  name: queueName,
  attributes,
  createdAt: instant,
  updatedAt: instant,
  depth: z.strictObject({ ready: z.int(), delayed: z.int(), inFlight: z.int(), deadLetters: z.int() }),
  oldestAt: instant.optional(),
  waitingPolls: z.int(),
});
export const queuesAnswer = z.strictObject({ items: z.array(queueAnswer), cursor: z.string().optional() });
export const sendBody = z.strictObject({
  messages: z
    .array(
      z.strictObject({
        body: z.string(),
        delaySeconds: z.int().min(0).max(QUEUE_DELAY_SECONDS_MAX).optional(),
        priority: z.int().min(1).max(PRIORITY_MAX).default(PRIORITY_DEFAULT),
      }),
    )
    .min(1)
    .max(SEND_MESSAGES_MAX),
});
export const sendAnswer = z.strictObject({ ids: z.array(z.string()) });
const receive = {
  waitSeconds: z.int().min(0).max(POLL_SECONDS_MAX).optional(),
  leaseSeconds: z.int().min(1).max(LEASE_SECONDS_MAX).optional(),
  worker: z.string().min(1).max(128).optional(),
};
export const receiveBody = z.strictObject({ max: z.int().min(1).max(RECEIVE_MAX).default(1), ...receive });
const receipt = z.string().min(1).max(128);
const receipts = z.array(receipt).min(1).max(RECEIPTS_PER_REQUEST);
export const queueSuccess = succeedBody.extend({ receipt: receipt.optional() });
export const queueFailure = failBody.extend({ receipt: receipt.optional() });
const queueReport = z.union([queueSuccess, queueFailure, z.unknown()]);
export const workBody = z.strictObject({
  reports: z.array(queueReport).max(REPORTS_PER_REQUEST).default([]),
  delete: z.array(receipt).max(RECEIPTS_PER_REQUEST).default([]),
  max: z.int().min(0).max(RECEIVE_MAX).default(1),
  ...receive,
});
export const message = z.strictObject({
  id: z.string(),
  body: z.string(),
  receipt: z.string(),
  dequeueCount: z.int(),
  enqueuedAt: instant,
  leaseUntil: instant,
  priority: z.int(),
});
export const receiveAnswer = z.strictObject({ messages: z.array(message) });
export const workAnswer = z.strictObject({ verdicts: z.array(verdict), messages: z.array(message) });
export const deleteBody = z.strictObject({ receipts });
export const releaseBody = z.strictObject({ receipts });
export const extendBody = z.strictObject({ receipts, leaseSeconds: receive.leaseSeconds });
export const leaseVerdict = z.union([
  z.strictObject({ ok: z.literal(true), leaseUntil: instant.optional() }),
  z.strictObject({ ok: z.literal(false), code: z.string(), detail: z.string() }),
]);
export const leasesAnswer = z.strictObject({ verdicts: z.array(leaseVerdict) });

// ---- Schedules -------------------------------------------------------------------------------------------------
export const scheduleParams = z.strictObject({ flow: name, schedule: name });
export const putScheduleBody = z.strictObject({
  cron: z.string().min(1).max(256),
  timeZone: z.string().min(1).max(64).optional(),
  payload: jsonObject.optional(),
  enabled: z.boolean().optional(),
  description: description.optional(),
});
export const schedule = z.strictObject({
  flow: name,
  name,
  cron: z.string(),
  timeZone: z.string().optional(),
  payload: jsonObject.optional(),
  enabled: z.boolean(),
  description: description.optional(),
  createdAt: instant,
  updatedAt: instant,
  nextAt: instant.optional(),
});
export const schedulesAnswer = z.strictObject({ items: z.array(schedule), cursor: z.string().optional() });
export const putScheduleAnswer = schedule.extend({ warnings: z.array(z.string()) });
export const runBody = z.strictObject({ payload: jsonObject.optional() });
export const runAnswer = z.strictObject({ executionName: name });
const firingVerdict = z.enum(["started", "expired", "failedToStart"]);
export const firingsQuery = z.strictObject({
  ...pageBy(/^\d{16}:(scheduled|manual)$/),
  from: instant.optional(),
  to: instant.optional(),
  verdict: firingVerdict.optional(),
});
export const firing = z.strictObject({
  at: instant,
  kind: z.enum(["scheduled", "manual"]),
  verdict: firingVerdict,
  firedBy: z.string(),
  firedAt: instant.optional(),
  latenessMs: z.int().optional(),
  executionName: z.string().optional(),
  reason: z.string().optional(),
});
export const firingsAnswer = z.strictObject({ items: z.array(firing), cursor: z.string().optional() });

export const healthAnswer = z.strictObject({ status: z.literal("ok"), version: z.string() });
export const nothing = z.strictObject({});
