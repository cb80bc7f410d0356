import type { TaskRef } from "../../core/engine/state/task-ref.ts";
import type { ChildExecution } from "../../core/engine/state/fact.ts";
import type { Lineage } from "../../core/engine/state/lineage.ts";
import { BUSY, type FlowOutcome, type RedriveExecution } from "../../core/flow/command.ts";
import { type JsonObject, isJsonObject, jsonDepth, jsonSize } from "../../core/json.ts";
import { CHILD_DEPTH_MAX, EXECUTION_DATA_SIZE, JSON_DEPTH } from "../../core/limits.ts";
import {
  NAME_PATTERN,
  NAME_RULE,
  childName,
  executionObjectName,
  parseExecutionObjectName,
} from "../../core/names.ts";
import { type Result, assert, reject } from "../../core/result.ts";
import { carry } from "../../carry.ts";
import type { Env } from "../../env.ts";
import { type CallOf, type CallContext, type CallResult, type Caller, orphaned, refused } from "./call.ts";

/** Starts a child execution (spec: FDL section 5.5). A repeat finds the child that was started before. */
export const callFlow: Caller<"flow"> = async (context, call) => {
  const { env, execution } = context;
  const { path, attempt, pattern } = call;
  // Named by its API's action, a failure has that API's name (spec: FDL section 5.6).
  const prefix = call.resource.flow === undefined ? "fnf" : "FnF";
  const wanted = resolveChildStart(execution, call);
  if (!wanted.ok) return refused(`${prefix}.${wanted.code}`, wanted.detail);
  const { flow, name, input } = wanted;
  const { lineage } = call;
  if (lineage.child.depth > CHILD_DEPTH_MAX) {
    const cause = `executions wait for each other ${CHILD_DEPTH_MAX} deep already: does flow "${flow}" start itself?`;
    return refused(`${prefix}.ChildDepthExceeded`, cause);
  }
  const ended = await endedAncestor(context, lineage.own);
  if (ended !== undefined) return orphaned(ended);
  const parent: TaskRef = { execution, path, attempt };
  const startId = JSON.stringify([execution, path, attempt]);
  const startedBy = `execution:${displayName(execution)}`;
  const outcome = await env.FLOWS.getByName(flow).startExecution({
    type: "startExecution",
    name,
    input: carry(input),
    startedBy,
    startId,
    ...(pattern === "sync" && { parent }),
    ...(lineage.child.depth > 0 && { lineage: lineage.child }),
  });
  if (call.child?.again && outcome.ok && !outcome.created) {
    const redrive = { name, by: startedBy, redriveId: startId, parent, lineage: lineage.child } as const;
    return goOn(context, flow, redrive, outcome);
  }
  const refusal = refusalOf(outcome, flow, name, prefix);
  if (refusal) return refusal;
  if (pattern === "sync" && outcome.ok) return awaitChild(context, parent, { flow, name }, outcome);
  return { ok: true, output: { FlowName: flow, ExecutionName: name, RequestId: crypto.randomUUID() } };
};

/**
 * The stop of what is below an execution goes from one to the next, and a flow that calls itself is as fast: so whoever
 * starts a child looks whether those above still run.
 */
async function endedAncestor({ env }: CallContext, { ancestors }: Lineage): Promise<string | undefined> {
  const running = await Promise.all(ancestors.map((name) => env.EXECUTIONS.getByName(name).isRunning()));
  return ancestors.find((_, nth) => !running[nth]);
}

/** Which execution of which flow is to be started with what. */
function resolveChildStart(
  execution: string,
  { resource, child, params, input: stepInput, path, attempt }: CallOf<"flow">,
): Result<ChildExecution & { input: JsonObject }> {
  const flow = resource.flow ?? params.FlowName;
  const { ExecutionName: asked = null } = params;
  const input =
    Object.hasOwn(params, "Input") || resource.flow === undefined ? (params.Input ?? null) : stepInput;
  const id = parseExecutionObjectName(execution);
  assert(id, "an execution's object has its name");
  const name = asked ?? child?.name ?? childName(id, path, attempt);
  if (typeof flow !== "string" || !NAME_PATTERN.test(flow))
    return reject("FlowNotExists", "FlowName names no flow");
  if (typeof name !== "string" || !NAME_PATTERN.test(name)) {
    return reject("InvalidArgument", `ExecutionName must be ${NAME_RULE}`);
  }
  if (!isJsonObject(input)) return reject("InvalidInput", "the Input of a flow must be a JSON object");
  const isLarge = jsonSize(input, EXECUTION_DATA_SIZE) > EXECUTION_DATA_SIZE;
  if (isLarge || jsonDepth(input, JSON_DEPTH) > JSON_DEPTH) {
    return reject("DataLimitExceeded", "the Input of the flow is too large or too deep");
  }
  return { ok: true, flow, name, input };
}

function displayName(execution: string): string {
  const id = parseExecutionObjectName(execution);
  return `${id?.flow}/${id?.name}`;
}

function refusalOf(outcome: FlowOutcome, flow: string, name: string, prefix: string): CallResult | undefined {
  // Not the flow's last word: the call is tried again.
  if (!outcome.ok && BUSY.has(outcome.code)) throw new Error(outcome.detail);
  if (!outcome.ok && outcome.code === "FlowPaused") return refused(`${prefix}.FlowPaused`, outcome.detail);
  if (!outcome.ok) return refused(`${prefix}.FlowNotExists`, `there is no flow "${flow}"`);
  const { created, execution } = outcome;
  if (created || execution?.endedAt === undefined) return undefined;
  return refused(
    `${prefix}.ExecutionAlreadyExists`,
    `flow "${flow}" had an execution "${name}" before: it has ended`,
  );
}

/** The child that an attempt before waited for: what it gave is the result, or it goes on and its end is waited for. */
async function goOn(
  context: CallContext,
  flow: string,
  redrive: Omit<RedriveExecution, "type"> & { readonly parent: TaskRef },
  started: Extract<FlowOutcome, { ok: true }>,
): Promise<CallResult> {
  const { name, parent } = redrive;
  const { status, endedAt } = started.execution ?? {};
  if (endedAt === undefined || status === "Succeeded")
    return awaitChild(context, parent, { flow, name, again: true }, started);
  const outcome = await context.env.FLOWS.getByName(flow).redriveExecution({
    type: "redriveExecution",
    ...redrive,
  });
  if (!outcome.ok && BUSY.has(outcome.code)) throw new Error(outcome.detail);
  // Somebody else was faster: the next try finds it running. Or its flow is to be resumed first.
  const isLater = !outcome.ok && (outcome.code === "ExecutionRunning" || outcome.code === "FlowPaused");
  if (isLater) throw new Error(outcome.detail);
  if (!outcome.ok) return refused("FnF.ExecutionAlreadyExists", outcome.detail);
  if (!context.isWanted()) await stopChild(context.env, flow, name, parent);
  return { ok: true, output: {}, isPending: true };
}

/** A child that was already running under this name has its own reasons; this task only waits for its end, too. */
async function awaitChild(
  { env, isWanted }: CallContext,
  parent: TaskRef,
  { flow, name, again }: ChildExecution,
  { created, execution: entry }: Extract<FlowOutcome, { ok: true }>,
): Promise<CallResult> {
  const child = executionObjectName({ flow, generation: entry?.generation ?? 0, name });
  if (!created) {
    const outcome = await env.EXECUTIONS.getByName(child).join(parent, again);
    if (!outcome.ok && outcome.code === "TooManyWaiting")
      return refused("FnF.TooManyWaiting", outcome.detail);
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
  const cause = "the task that waited for it is over";
  if (entry.held) {
    await env.FLOWS.getByName(flow).stopHeld({
      type: "stopHeld",
      name,
      error: "FnF.ParentStopped",
      cause,
      parent,
    });
    return;
  }
  const child = executionObjectName({ flow, generation: entry.generation, name });
  const outcome = await env.EXECUTIONS.getByName(child).stop("FnF.ParentStopped", cause, parent);
  // Its start may still be on the way.
  if (!outcome.ok && outcome.code === "ExecutionStarting") throw new Error(outcome.detail);
}
