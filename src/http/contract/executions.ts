import * as z from "zod";
import { EVENT_TYPES } from "../../core/history/event.ts";
import {
  CAUSE_LENGTH,
  ERROR_LENGTH,
  LABELS_MAX,
  LABEL_KEY_LENGTH,
  LABEL_VALUE_LENGTH,
  NAME_LENGTH,
  WAITING_SHOWN_MAX,
} from "../../core/limits.ts";
import { NAME_PATTERN } from "../../core/names.ts";
import { ERAS_MAX } from "../../core/redrive-limits.ts";
import { PEEKED_EXECUTIONS_MAX } from "../../core/view-limits.ts";
import {
  flowName,
  from,
  instant,
  json,
  jsonObject,
  limit,
  name,
  leftOut,
  nextCursor,
  pageBy,
  position,
  queryFlag,
  queryNumber,
  text,
  to,
  waitSeconds,
} from "./common.ts";
import { parked } from "./parked.ts";
import { executionPause, held, reason } from "./pauses.ts";

export const executionStatus = z
  .enum(["Starting", "Running", "Succeeded", "Failed", "Stopped", "TimedOut"])
  .meta({ id: "ExecutionStatus" });
const count = z.int().min(0);
const executionName = name.meta({ description: "Name of an execution", examples: ["run-2027-01-01"] });
export const executionParams = z.strictObject({ flow: flowName, name: executionName });
const LABEL_KEY = `[A-Za-z0-9_./-]{1,${LABEL_KEY_LENGTH}}`;
const labelKey = z
  .string()
  .regex(
    new RegExp(`^${LABEL_KEY}$`),
    `must be 1 to ${LABEL_KEY_LENGTH} letters, digits, "_", "-", "." or "/"`,
  );
const labels = z
  .record(labelKey, text(LABEL_VALUE_LENGTH))
  .refine((all) => Object.keys(all).length <= LABELS_MAX, `has at most ${LABELS_MAX} labels`)
  .meta({ description: "What to find an execution by", maxProperties: LABELS_MAX });
const labelQuery = z
  .string()
  .regex(new RegExp(`^${LABEL_KEY}:[\\s\\S]{0,${LABEL_VALUE_LENGTH}}$`, "u"), "must be a label as key:value")
  .meta({ description: "Only executions with this label, as `key:value`", examples: ["team:night"] });
export const startBody = z.strictObject({
  name: name.optional().describe("By default made up, or made from an Idempotency-Key"),
  input: jsonObject.default({}),
  version: z.int().min(1).optional().describe("The newest by default"),
  labels: labels.optional(),
});
export const startQuery = z.strictObject({ wait: waitSeconds });
export const executionQuery = z.strictObject({ wait: waitSeconds });
const executionFilters = {
  status: executionStatus.optional().describe("Only executions with this status"),
  prefix: text(128).optional().describe("Only executions whose names begin so"),
  from,
  to,
  startedBy: text(256)
    .optional()
    .describe("Only executions that were started by this, such as `key:mradmin1` or `schedule:nightly`"),
  label: labelQuery.optional(),
  paused: queryFlag.describe("Only executions that are paused, or only others"),
  callbacks: queryFlag.describe("Only executions that wait for a callback, or only others"),
};
export const executionsQuery = z.strictObject({ ...pageBy(/^[0-9]{16}$/), ...executionFilters });
export const allExecutionsQuery = z.strictObject({
  ...pageBy(/^[0-9]{16}:[0-9]{16}:[A-Za-z0-9_-]{1,128}$/),
  ...executionFilters,
});
const items = z
  .strictObject({
    total: count,
    succeeded: count,
    failed: count,
    skipped: count.optional(),
    running: count.optional(),
  })
  .describe("Iterations of its foreach steps that lie in no other one; in lists only of what has ended");
const failedStep = z
  .strictObject({ path: z.string(), worker: z.string().optional() })
  .describe("By which step it failed, and whose work that was, if he named himself");
export const executionSummary = z
  .strictObject({
    flow: name,
    name,
    version: z.int(),
    status: executionStatus,
    startedBy: z.string(),
    labels: labels.optional(),
    startedAt: instant,
    endedAt: instant.optional(),
    held,
    redrives: count.optional().describe("How often it went on after an end; absent: never"),
    redrivenAt: instant.optional(),
    paused: executionPause
      .optional()
      .describe("Nothing new is dispatched: by whose order, why, and until when"),
    callbacks: count
      .optional()
      .describe("Tasks for which somebody outside has to answer, whose tokens no queue has; absent: none"),
    error: z.string().optional(),
    cause: z.string().optional(),
    items: items.optional(),
    failedStep: failedStep.optional(),
  })
  .meta({ id: "ExecutionSummary" });
const usage = z.strictObject({
  rowsWritten: count.describe("Rows written in SQL"),
  rowsRead: count.describe("Rows read in SQL"),
  requests: count.describe("Calls that reached it, and alarms that rang"),
  alarms: count.describe("Alarms that were set; each is billed as a row written"),
  transportOperations: count.describe("Writes to the transport queue, with their reads and deletions"),
});
const waitingFor = z
  .strictObject({
    path: z.string().describe("Of the step"),
    waitsFor: z
      .enum(["queue", "delay", "worker", "report", "nobody", "call", "execution", "timer", "retry", "slot"])
      .describe(
        "`queue`: its message is on the way there. `delay`: its message is not given to workers before `until`. " +
          "`worker`: its message lies there until a worker takes it. `report`: a worker has it, or whoever has its " +
          "token. `nobody`: no worker will get its message any more, and `why` says for which reason. `call`: what it calls has not answered. " +
          "`execution`: a child runs. `timer`, `retry`: an instant. `slot`: that fewer iterations run at once.",
      ),
    attempt: z.int().min(1).optional(),
    queue: z.string().optional(),
    worker: z
      .string()
      .optional()
      .describe("Who has the message, if he named himself; of `worker`: who alone gets it"),
    lastSeenAt: instant.optional().describe("When the worker that alone gets the message last called"),
    why: z
      .enum(["deadLetter", "queueDeleted", "queueRemade"])
      .optional()
      .describe(
        "Of `nobody`. `deadLetter`: it was delivered too often. `queueDeleted`, `queueRemade`: its queue was deleted " +
          "(and made again) with what lay in it. A worker that took it before can report still.",
      ),
    since: instant.optional().describe("When the attempt began, its message was sent, or its worker took it"),
    unaskedSince: instant
      .optional()
      .describe(
        "No worker is there: none has asked the queue for messages since then, for 5 minutes at least",
      ),
    queuePaused: z
      .literal(true)
      .optional()
      .describe("Of `worker`: nobody receives from its queue until it is resumed"),
    until: instant
      .optional()
      .describe("End of the delay, of the worker's lease, of the wait, of the pause before a retry"),
    timesOutAt: instant.optional(),
    flow: z.string().optional(),
    execution: z.string().optional(),
    iterations: z.int().min(1).optional().describe("How many have not started"),
  })
  .meta({ id: "WaitingFor" });
/** A step's path, and which of its fields. */
const REF_LENGTH = 4200;
export const valueReference = z
  .strictObject({
    ref: z.string().describe("What the call for values takes"),
    bytes: count.describe("Of its JSON text"),
    preview: z.string().describe("The beginning of its JSON text"),
  })
  .meta({ id: "ValueReference", description: "Stands for a value that is too large to be shown here" });
const valueOf = (field: string) =>
  valueReference.optional().describe(`Instead of \`${field}\`, where that is too large`);
export const logQuery = z.strictObject({
  step: text(4096).optional().describe("Path of a step; absent: of all steps"),
  attempt: queryNumber(1, Number.MAX_SAFE_INTEGER).optional().describe("One attempt of it; absent: all"),
});
export const valueQuery = z.strictObject({
  ref: text(REF_LENGTH, 1)
    .describe("`input`, `output`, `<event id>.<field>` or `<step path>#<field>`, as a reference says")
    .meta({ examples: ["input", "12.output", "workersForeach[2]/workerTask#input"] }),
});
export const stepName = text(NAME_LENGTH, 1);
const forkedFrom = z.strictObject({
  name: z.string().describe("Of the execution that it was made of"),
  step: z.string().optional().describe("Which step it began with, if not with the first one"),
  event: z.int().optional().describe("With which event that step was entered"),
});
export const executionHead = executionSummary
  .extend({
    forkedFrom: forkedFrom.optional(),
    eras: z
      .array(z.strictObject({ fromEvent: z.int().min(1), version: z.int().min(1) }))
      .max(ERAS_MAX)
      .optional()
      .describe("From which event on which version tells of it; absent: all of it is of one"),
    input: jsonObject.optional(),
    inputValue: valueOf("input"),
    output: jsonObject.optional(),
    outputValue: valueOf("output"),
    counts: z.strictObject({ events: count, runningIterations: count }),
    usage: usage
      .optional()
      .describe("What the execution's own object has cost so far, in units that are billed"),
    waitingFor: z
      .array(waitingFor)
      .max(WAITING_SHOWN_MAX)
      .optional()
      .describe("What the first open steps of a running execution wait for"),
    parked,
  })
  .meta({ id: "Execution" });
export const executionsAnswer = z
  .strictObject({
    items: z.array(executionSummary),
    cursor: nextCursor,
    leftOut,
  })
  .meta({ id: "ExecutionPage" });
const ONE = `${NAME_PATTERN.source.slice(1, -1)}/${NAME_PATTERN.source.slice(1, -1)}`;
export const peekExecutionsQuery = z.strictObject({
  of: z
    .string()
    .regex(
      new RegExp(`^${ONE}(,${ONE}){0,${PEEKED_EXECUTIONS_MAX - 1}}$`),
      `must be 1 to ${PEEKED_EXECUTIONS_MAX} of FLOW/EXECUTION, with commas between`,
    )
    .meta({ description: "Which ones", examples: ["nightly-checks/run-1,hello/run-7"] }),
});
const peekedExecution = executionSummary
  .extend({
    waits: waitingFor
      .optional()
      .describe("What its first open step waits for; what its queue knows of a message is not asked for"),
  })
  .meta({ id: "PeekedExecution" });
export const peekExecutionsAnswer = z
  .strictObject({ items: z.array(peekedExecution).describe("Those that there are") })
  .meta({ id: "PeekedExecutions" });
export const forkOptions = z.strictObject({
  name: name.optional().describe("Of the new one; by default made up, or made from an Idempotency-Key"),
  fromStep: stepName
    .optional()
    .describe("A step of the flow's own list that was entered: the new one begins with it"),
  event: z.int().min(1).optional().describe("Which visit of that step: its StepEntered; the last by default"),
  input: jsonObject.optional().describe("Of the flow; that of the original by default"),
  local: jsonObject
    .optional()
    .describe("The local variable that the step finds; as it was in the original by default"),
  version: z.int().min(1).optional().describe("The newest by default"),
  labels: labels.optional().describe("Those of the original by default"),
  callback: z
    .string()
    .min(1)
    .optional()
    .describe("A task token: its task is told of the new one's end, as if it waited for a child"),
  reason,
});
/** Which visit, and what it finds, are of a step. */
export const forkBody = z.union([
  forkOptions.omit({ fromStep: true, event: true, local: true }),
  forkOptions.required({ fromStep: true }),
]);
export const stopBody = z.strictObject({
  error: text(ERROR_LENGTH, 1)
    .default("FnF.Stopped")
    .describe("Name of the error that the execution ends with"),
  cause: text(CAUSE_LENGTH).default("").describe("Why, for people"),
});

export const fanLimits = z
  .strictObject({
    concurrency: z.int().optional(),
    tolerance: z.strictObject({ count: z.int().optional(), percentage: z.number().optional() }).optional(),
    by: z.string().optional().describe("`key:` and the access key"),
    at: instant,
  })
  .meta({ id: "FanLimits", description: "What somebody changed of a foreach while it was open" });
const stepStatus = z.enum(["Running", "Succeeded", "Failed", "TimedOut", "Stopped", "Skipped"]);
export const stepsQuery = z.strictObject({
  parent: text(4096)
    .optional()
    .describe(
      "Path of a step: for a foreach `f` its iterations, for `f[2]` the steps in one; the flow's own steps by default",
    ),
  status: stepStatus.optional().describe("Only steps with this status"),
  contains: text(256, 1)
    .optional()
    .describe("Of the iterations of a foreach: only those whose items have this in their JSON text"),
  from: queryNumber(0, Number.MAX_SAFE_INTEGER).default(0).describe("Index of the first entry"),
  limit,
  cursor: position,
});
export const step = z
  .strictObject({
    path: z.string(),
    name: z.string(),
    type: z.string().describe("A step's type, or iteration, branch, option: a list inside one"),
    status: stepStatus,
    attempts: count.optional(),
    enteredAt: instant,
    endedAt: instant.optional(),
    input: json.optional(),
    inputValue: valueOf("input"),
    local: json.optional(),
    localValue: valueOf("local"),
    output: json.optional(),
    outputValue: valueOf("output"),
    error: z.string().optional(),
    cause: z.string().optional(),
    progress: json.optional().describe("What the worker of an open task told last"),
    progressAt: instant.optional(),
    queue: z.string().optional().describe("Of a task whose input chooses its queue: which it chose last"),
    worker: z
      .string()
      .optional()
      .describe(
        "Of a closed task: who did the work, if he named himself; of a closed iteration: of its last task",
      ),
    deliveries: count.optional().describe("How often its message was delivered"),
    losses: count.optional().describe("How often a worker that had it was lost"),
    takenAt: instant.optional().describe("When its worker took it"),
    log: z
      .strictObject({ bytes: count, attempts: count })
      .optional()
      .describe("What is kept of what its commands wrote"),
    iterations: z
      .strictObject({
        total: count,
        started: count,
        running: count,
        succeeded: count,
        failed: count.describe("Failures that were tolerated"),
        skipped: count.optional().describe("Left out by somebody; absent: none was"),
      })
      .optional(),
    limits: fanLimits.optional(),
    evaluated: z
      .array(
        z.strictObject({
          condition: z.string().optional().describe("Absent: what is taken when no condition holds"),
          holds: z.boolean(),
          problem: z.string().optional().describe("Why it could not be told: it counts as false"),
          saw: z
            .array(z.tuple([z.string(), z.string()]))
            .describe("Its paths, and the beginning of the JSON text of what they found"),
        }),
      )
      .optional()
      .describe("Of a choice: its conditions, up to the first that held"),
    index: count.optional(),
    item: json.optional(),
    itemValue: valueOf("item"),
  })
  .meta({ id: "Step" });
export const stepsAnswer = z
  .strictObject({ items: z.array(step), cursor: nextCursor })
  .meta({ id: "StepPage" });

export const historyQuery = z.strictObject({
  after: queryNumber(0, Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe("Only events behind the one with this id"),
  limit,
  cursor: position,
  type: z.enum(EVENT_TYPES).optional().describe("Only events of this type"),
  step: text(4096).optional().describe("Only events of the step with this path"),
  detail: z
    .enum(["none"])
    .optional()
    .describe("`none`: events without their details, which are most of their size"),
});
export const historyEvent = z
  .strictObject({
    eventId: z.int().min(1).describe("Dense from 1"),
    scheduleEventId: count.describe("The event that caused this one; 0 for the first"),
    type: z.enum(EVENT_TYPES),
    stepName: z.string(),
    stepPath: z.string(),
    time: instant,
    worker: z.string().optional().describe("Of a report: whose work it was, if he named himself"),
    takenAt: instant.optional().describe("When its worker took it"),
    detail: jsonObject
      .optional()
      .describe("Of a field that is too large, such as `input`, a reference stands here as `inputValue`"),
  })
  .meta({ id: "Event" });
export const historyAnswer = z
  .strictObject({ items: z.array(historyEvent), cursor: nextCursor })
  .meta({ id: "EventPage" });
