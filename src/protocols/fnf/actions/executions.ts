import * as z from "zod";
import { verifyTaskToken } from "../../../auth/task-token.ts";
import type { TaskRef } from "../../../core/engine/state/task-ref.ts";
import type { ExecutionEntry } from "../../../core/flow/flow.ts";
import { given } from "../../../core/given.ts";
import { EXECUTION_WAIT_SECONDS_MAX, FNF_LISTED_TEXT_BYTES, PAGE_SIZE } from "../../../core/limits.ts";
import type { ExecutionData, ExecutionHead } from "../../../core/execution-views.ts";
import { toRfc3339 } from "../../../core/time.ts";
import { utf8Length } from "../../../core/text.ts";
import type { Env } from "../../../env.ts";
import {
  describeExecution,
  listExecutions,
  newExecutionName,
  readData,
  readEvents,
  startExecution,
  stopExecution,
} from "../../../service/execution-calls.ts";
import { rejectionOf } from "../../../service/failures.ts";
import { findFlow } from "../../../service/flow-calls.ts";
import { type Action, type ActionRequest, action } from "../action.ts";
import { FnfError, errorOf } from "../errors.ts";
import { executionName } from "../execution-names.ts";
import {
  boolean,
  cause,
  error,
  executionsLimit,
  instant,
  integer,
  limit,
  name,
  nextToken,
  onlyDefault,
  NOTHING_WRITTEN,
  text,
  written,
} from "../fields.ts";
import { detailOf, inputOf, outputOf } from "../whole-values.ts";

const status = z.enum(["Starting", "Running", "Stopped", "Succeeded", "Failed", "TimedOut"], {
  error: "must be Starting, Running, Stopped, Succeeded, Failed or TimedOut",
});
const of = { FlowName: name, ExecutionName: executionName };

type Shown = Pick<ExecutionHead, "name" | "status" | "startedAt" | "endedAt" | "inputValue" | "outputValue"> &
  ExecutionData;

async function toExecution(env: Env, flow: string, definition: string, execution: Shown, shownName?: string) {
  const { name: inner, status: Status, startedAt, endedAt } = execution;
  const whose = { flow, name: inner };
  return {
    FlowName: flow,
    Name: shownName ?? inner,
    FlowDefinition: definition,
    Input: await inputOf(env, whose, execution),
    Output: await outputOf(env, whose, execution),
    Status,
    StartedTime: toRfc3339(startedAt),
    StoppedTime: endedAt === undefined ? "" : toRfc3339(endedAt),
  };
}

/** The definition that an execution has; empty once its flow is gone. */
async function definitionOf(env: Env, flow: string, version: number): Promise<string> {
  const found = await findFlow(env, flow, version);
  return found.ok ? found.version.definition : "";
}

async function withDefinition(env: Env, head: ExecutionHead, shown: string) {
  const definition = await definitionOf(env, head.flow, head.version);
  return toExecution(env, head.flow, definition, head, shown);
}

/** Of an execution whose object has not taken the start nobody knows the input but who started it. */
function known(head: ExecutionHead): ExecutionHead {
  const { input: _input, inputText: _text, ...rest } = head;
  return head.status === "Starting" ? rest : head;
}

/** The task that a token names: whoever has it may let the task wait for this. */
async function taskOf(
  masters: ActionRequest<unknown>["masters"],
  token: string | undefined,
): Promise<TaskRef | undefined> {
  const task = token === undefined ? undefined : await verifyTaskToken(masters, token);
  if (token !== undefined && !task) {
    throw new FnfError("InvalidArgument", "CallbackFnFTaskToken is not a task token of this installation");
  }
  return task;
}

function shortEnough(definition: string): string {
  return utf8Length(definition) <= FNF_LISTED_TEXT_BYTES ? definition : "";
}

/** Executions of a list, with what of their data is short enough for one. */
async function toList(env: Env, flow: string, entries: readonly ExecutionEntry[], metadataOnly: boolean) {
  const definitions = new Map<number, Promise<string>>();
  for (const { version } of metadataOnly ? [] : entries) {
    if (!definitions.has(version))
      definitions.set(version, definitionOf(env, flow, version).then(shortEnough));
  }
  return Promise.all(
    entries.map(async (entry) => {
      const data = metadataOnly ? {} : await readData(env, flow, entry, FNF_LISTED_TEXT_BYTES);
      const definition = (await definitions.get(entry.version)) ?? "";
      return toExecution(env, flow, definition, { ...entry, ...data });
    }),
  );
}

const startActions: readonly Action[] = [
  action({
    name: "StartExecution",
    does: "Starts an execution of a standard flow, or answers with the one that runs under the name",
    needs: "operate",
    audited: false,
    replay: "refused",
    parameters: {
      FlowName: name,
      ExecutionName: name.optional(),
      Input: written.default(NOTHING_WRITTEN),
      CallbackFnFTaskToken: text.optional(),
      Qualifier: onlyDefault("", "LATEST"),
    },
    async handle({ env, masters, caller, nonce, parameters }) {
      const { FlowName, ExecutionName = newExecutionName(), Input, CallbackFnFTaskToken } = parameters;
      const callback = await taskOf(masters, CallbackFnFTaskToken);
      const outcome = await startExecution(env, {
        flow: FlowName,
        name: ExecutionName,
        input: Input.value,
        ...given({ inputText: Input.text }),
        startedBy: `key:${caller.accessKeyId}`,
        startId: nonce.request,
        waitSeconds: 0,
        mode: "Standard",
        nonce,
        ...(callback && { callback }),
      });
      if (!outcome.ok) throw errorOf(outcome);
      const { head } = outcome;
      // What was started is told, even where its definition cannot be had now: else it would be started again.
      const definition = await definitionOf(env, FlowName, head.version).catch((caught: unknown) => {
        rejectionOf(caught, nonce.request);
        return "";
      });
      return toExecution(env, FlowName, definition, head);
    },
  }),
  action({
    name: "StopExecution",
    does: "Stops a running execution",
    needs: "operate",
    replay: "harmless",
    parameters: { ...of, Error: error.default("FnF.Stopped"), Cause: cause.default("") },
    async handle({ env, parameters: { FlowName, ExecutionName, Error: code, Cause } }) {
      const outcome = await stopExecution(env, FlowName, ExecutionName.inner, code, Cause);
      if (!outcome.ok && outcome.code === "ExecutionStarting") {
        throw new FnfError("ConcurrentUpdateError", outcome.detail);
      }
      if (!outcome.ok) throw errorOf(outcome);
      return withDefinition(env, outcome.head, ExecutionName.shown);
    },
  }),
];

export const executionActions: readonly Action[] = [
  ...startActions,
  action({
    name: "DescribeExecution",
    does: "An execution; with `WaitTimeSeconds` the answer is held until it ends",
    needs: "read",
    replay: "harmless",
    parameters: { ...of, WaitTimeSeconds: integer(0, EXECUTION_WAIT_SECONDS_MAX).default(0) },
    async handle({ env, parameters: { FlowName, ExecutionName, WaitTimeSeconds } }) {
      const outcome = await describeExecution(env, FlowName, ExecutionName.inner, WaitTimeSeconds);
      if (!outcome.ok) throw errorOf(outcome);
      return withDefinition(env, known(outcome.head), ExecutionName.shown);
    },
  }),
  action({
    name: "ListExecutions",
    does: "A flow's executions, newest first",
    needs: "read",
    replay: "harmless",
    parameters: {
      FlowName: name,
      Limit: executionsLimit,
      NextToken: nextToken(/^[1-9]\d{0,14}$/),
      Status: status.optional(),
      StartedTimeBegin: instant.optional(),
      StartedTimeEnd: instant.optional(),
      ExecutionNamePrefix: text.optional(),
      MetadataOnly: boolean.default(false),
      Qualifier: onlyDefault("", "LATEST"),
    },
    async handle({ env, parameters }) {
      const { FlowName, Limit, NextToken, Status, StartedTimeBegin, StartedTimeEnd } = parameters;
      const { ExecutionNamePrefix, MetadataOnly } = parameters;
      const found = await listExecutions(env, FlowName, {
        limit: Limit,
        ...(NextToken !== undefined && { before: Number(NextToken) }),
        ...(Status !== undefined && { status: Status }),
        ...(StartedTimeBegin !== undefined && { from: StartedTimeBegin }),
        ...(StartedTimeEnd !== undefined && { to: StartedTimeEnd }),
        ...(ExecutionNamePrefix !== undefined && { prefix: ExecutionNamePrefix }),
      });
      if (!found.ok) throw errorOf(found);
      const { items, last } = found.page;
      return {
        Executions: await toList(env, FlowName, items, MetadataOnly),
        ...(last && { NextToken: String(last.number) }),
      };
    },
  }),
  action({
    name: "GetExecutionHistory",
    does: "The events of an execution, in order",
    needs: "read",
    replay: "harmless",
    parameters: { ...of, Limit: limit, NextToken: nextToken(/^\d{1,15}$/) },
    async handle({ env, parameters: { FlowName, ExecutionName, Limit, NextToken = "0" } }) {
      const query = { after: Number(NextToken), limit: Limit, valueSize: PAGE_SIZE };
      const page = await readEvents(env, FlowName, ExecutionName.inner, query);
      if (!page.ok) throw errorOf(page);
      const whose = { flow: FlowName, name: ExecutionName.inner };
      const Events = await Promise.all(
        page.events.map(async (event) => ({
          EventId: event.eventId,
          ScheduleEventId: event.scheduleEventId,
          Type: event.type,
          StepName: event.stepName,
          Time: toRfc3339(event.at),
          EventDetail: await detailOf(env, whose, event),
        })),
      );
      return { Events, ...(page.next !== undefined && { NextToken: String(page.next) }) };
    },
  }),
];
