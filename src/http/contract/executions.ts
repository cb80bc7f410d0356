import * as z from "zod";
import { EVENT_TYPES } from "../../core/history/event.ts";
import { CAUSE_LENGTH, ERROR_LENGTH } from "../../core/limits.ts";
import {
  instant,
  json,
  jsonObject,
  limit,
  name,
  pageBy,
  position,
  queryNumber,
  waitSeconds,
} from "./common.ts";

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
