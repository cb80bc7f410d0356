import { withoutTokens } from "../auth/task-token.ts";
import { opened } from "../carry.ts";
import type { Beginning } from "../core/engine/state/fork.ts";
import type { ExecutionHead, ForkPoint } from "../core/execution-views.ts";
import { compileDefinition } from "../core/fdl/compile.ts";
import { given } from "../core/given.ts";
import type { JsonObject } from "../core/json.ts";
import { type Rejection, type Result, reject } from "../core/result.ts";
import { quoted } from "../core/text.ts";
import type { Env } from "../env.ts";
import { type StartRequest, findExecution, startExecution } from "./execution-calls.ts";
import { findFlow } from "./flow-calls.ts";
import { askExecution } from "./objects.ts";

export interface ForkRequest extends Pick<
  StartRequest,
  "flow" | "name" | "version" | "labels" | "startedBy" | "startId" | "callback"
> {
  /** The execution that it is made of. */
  readonly original: string;
  /** A step of the flow's own list; absent: from the beginning. */
  readonly fromStep?: string;
  readonly event?: number;
  /** Absent: as they were in the original. */
  readonly input?: JsonObject;
  readonly local?: JsonObject;
}

/** Starts another execution like one that there is, with its input again or with a step of it (spec: operations section 2). */
export async function forkExecution(
  env: Env,
  request: ForkRequest,
): Promise<Result<{ created: boolean; head: ExecutionHead }>> {
  const { flow, original, fromStep, name, startedBy, startId, callback } = request;
  const found = await findExecution(env, flow, original);
  if (!found.ok) return found;
  const read = await askExecution(env, found.id, (execution) => execution.forkPoint(queryOf(request)));
  if (!read)
    return reject("ExecutionStarting", "the execution has not taken its start yet: try again shortly");
  if (!read.ok) return read;
  const point = opened(read.point);
  const step = fromStep === undefined ? undefined : await stepIn(env, flow, fromStep, request.version);
  if (step?.ok === false) return step;
  const { labels = found.entry.labels } = request;
  return startExecution(env, {
    flow,
    name,
    startedBy,
    startId,
    waitSeconds: 0,
    // Whoever has a token of the original's task had it from the original: a fork must not answer for it.
    input: request.input ?? withoutTokens(point.input ?? {}),
    forkedFrom: { name: original, ...given({ step: fromStep, event: point.event }) },
    ...given({
      callback,
      labels,
      version: step?.version ?? request.version,
      begin: beginningOf(request, point),
    }),
  });
}

function queryOf({ fromStep, event, input, local }: ForkRequest) {
  const without = [...(input ? (["input"] as const) : []), ...(local ? (["local"] as const) : [])];
  return { without, ...given({ step: fromStep, event }) };
}

function beginningOf({ fromStep, local }: ForkRequest, point: ForkPoint): Beginning | undefined {
  return fromStep === undefined
    ? undefined
    : { step: fromStep, local: local ?? withoutTokens(point.local ?? {}) };
}

/** The version in which a step of the flow's own list is to be begun with: only its name must be there. */
async function stepIn(
  env: Env,
  flow: string,
  step: string,
  wanted: number | undefined,
): Promise<{ readonly ok: true; readonly version: number } | Rejection> {
  const found = await findFlow(env, flow, wanted);
  if (!found.ok) return found;
  const { version, definition } = found.version;
  const list = compileDefinition(definition, { name: flow }).flow?.lists[0];
  if (list?.steps.some(({ name }) => name === step)) return { ok: true, version };
  const detail = `version ${version} of the flow "${flow}" has no step ${quoted(step)} in its own list: begin with another one, or name a version that has it`;
  return reject("StepNotExists", detail);
}
