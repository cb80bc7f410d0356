import type { TaskRef } from "../../core/engine/task-ref.ts";
import type { ChildExecution } from "../../core/engine/fact.ts";
import type { FlowOutcome } from "../../core/flow/flow-machine.ts";
import { isJsonObject, jsonDepth, jsonSize } from "../../core/json.ts";
import { EXECUTION_DATA_SIZE, JSON_DEPTH } from "../../core/limits.ts";
import {
  NAME_PATTERN,
  NAME_RULE,
  childName,
  executionObjectName,
  parseExecutionObjectName,
} from "../../core/names.ts";
import { assert } from "../../core/result.ts";
import type { Env } from "../../env.ts";
import { type CallOf, type CallPlace, type CallResult, type Caller, refused } from "./call.ts";

/** Starts a child execution (spec: FDL section 5.5). A repeat finds the child that was started before. */
export const callFlow: Caller<"flow"> = async (place, call) => {
  const { env, execution } = place;
  const { path, attempt, params, pattern } = call;
  const input = params.Input ?? call.input;
  const name = call.child?.name ?? wantedName(execution, call);
  if (!NAME_PATTERN.test(name)) return refused("FnF.InvalidArgument", `ExecutionName must be ${NAME_RULE}`);
  if (!isJsonObject(input)) return refused("FnF.InvalidInput", "the Input of a flow must be a JSON object");
  if (
    jsonSize(input, EXECUTION_DATA_SIZE) > EXECUTION_DATA_SIZE ||
    jsonDepth(input, JSON_DEPTH) > JSON_DEPTH
  ) {
    return refused("FnF.DataLimitExceeded", "the Input of the flow is too large or too deep");
  }
  const flow = call.resource.flow ?? params.FlowName;
  if (typeof flow !== "string" || !NAME_PATTERN.test(flow))
    return refused("FnF.FlowNotExists", "FlowName names no flow");
  const parent: TaskRef = { execution, path, attempt };
  const outcome = await env.FLOWS.getByName(flow).startExecution({
    type: "startExecution",
    name,
    input,
    startedBy: `execution:${displayName(execution)}`,
    startId: JSON.stringify([execution, path, attempt]),
    ...(pattern === "sync" && { parent }),
  });
  // Named by its API's action, a failure has that API's name (spec: FDL section 5.6).
  const refusal = refusalOf(outcome, flow, name, call.resource.flow === undefined ? "fnf" : "FnF");
  if (refusal) return refusal;
  if (pattern === "sync" && outcome.ok) return awaitChild(place, parent, { flow, name }, outcome);
  return { ok: true, output: { FlowName: flow, ExecutionName: name, RequestId: crypto.randomUUID() } };
};

function wantedName(execution: string, { params, path, attempt }: CallOf<"flow">): string {
  const { ExecutionName: asked } = params;
  if (typeof asked === "string") return asked;
  const id = parseExecutionObjectName(execution);
  assert(id, "an execution's object has its name");
  return childName(id, path, attempt);
}

function displayName(execution: string): string {
  const id = parseExecutionObjectName(execution);
  return `${id?.flow}/${id?.name}`;
}

function refusalOf(outcome: FlowOutcome, flow: string, name: string, prefix: string): CallResult | undefined {
  if (!outcome.ok) return refused(`${prefix}.FlowNotExists`, `there is no flow "${flow}"`);
  const { created, execution } = outcome;
  if (created || execution?.endedAt === undefined) return undefined;
  return refused(
    `${prefix}.ExecutionAlreadyExists`,
    `flow "${flow}" had an execution "${name}" before: it has ended`,
  );
}

/** A child that was already running under this name has its own reasons; this task only waits for its end, too. */
async function awaitChild(
  { env, isWanted }: CallPlace,
  parent: TaskRef,
  { flow, name }: ChildExecution,
  { created, execution: entry }: Extract<FlowOutcome, { ok: true }>,
): Promise<CallResult> {
  const child = executionObjectName({ flow, generation: entry?.generation ?? 0, name });
  if (!created) {
    const outcome = await env.EXECUTIONS.getByName(child).join(parent);
    if (!outcome.ok) throw new Error(outcome.detail);
  }
  // The task may have ended while the child was started.
  if (!isWanted()) await stopChild(env, flow, name, parent);
  return { ok: true, output: {}, isPending: true };
}

/** Ends a child that nobody waits for any more, if it was started for this task. */
export async function stopChild(env: Env, flow: string, name: string, parent: TaskRef): Promise<void> {
  const entry = await env.FLOWS.getByName(flow).execution(name);
  if (!entry || entry.endedAt !== undefined) return;
  const child = executionObjectName({ flow, generation: entry.generation, name });
  await env.EXECUTIONS.getByName(child).stop(
    "FnF.ParentStopped",
    "the task that waited for it is over",
    parent,
  );
}
