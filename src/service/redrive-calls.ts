import type { ExecutionHead } from "../core/execution-views.ts";
import type { FlowOutcome, RedriveExecution } from "../core/flow/command.ts";
import { given } from "../core/given.ts";
import type { ExecutionId } from "../core/names.ts";
import type { RedrivePlan } from "../core/engine/redrive-view.ts";
import type { AskedWay, WhereFrom } from "../core/engine/state/redrive-facts.ts";
import { type Result, reject } from "../core/result.ts";
import type { AgainFiring } from "../core/schedule/command.ts";
import { parseFiringId } from "../core/schedule/schedule.ts";
import type { Env } from "../env.ts";
import { describeExecution, findExecution } from "./execution-calls.ts";
import { findFlow } from "./flow-calls.ts";
import { askExecution, askFlow, askSchedule } from "./objects.ts";

export interface RedriveRequest extends WhereFrom {
  /** Absent: it goes on with the version that it had. */
  readonly version?: number | "latest";
  readonly by: string;
  readonly reason?: string;
  readonly children?: "new";
  /** A repeat of the same request has the same one. */
  readonly redriveId: string;
  /** Although another execution of its schedule runs which it must not overlap. */
  readonly force?: boolean;
}

/** What is known before anything is changed. */
interface Asked {
  readonly id: ExecutionId;
  readonly way: AskedWay;
  readonly command: RedriveExecution;
  /** Absent: the same request was made before. */
  readonly plan?: RedrivePlan;
}

/** What a redrive would do: the refusals are those of the redrive. */
export async function planRedrive(
  env: Env,
  flow: string,
  name: string,
  request: RedriveRequest,
): Promise<Result<{ plan: RedrivePlan }>> {
  const asked = await ask(env, flow, name, request, true);
  if (!asked.ok) return asked;
  const { plan } = asked;
  return plan ? { ok: true, plan } : reject("ExecutionRunning", `execution "${name}" goes on already`);
}

/**
 * Lets an execution go on that ended: what succeeded is kept, unless it is asked for again, and the rest is done.
 * Rejections: VersionNotExists, ExecutionRunning, NotRedrivable, StepNotExists, IncompatibleVersion, OverlapRunning, ExecutionStarting, and
 * those of a start that hold only now.
 */
export async function redriveExecution(
  env: Env,
  flow: string,
  name: string,
  request: RedriveRequest,
): Promise<Result<{ head: ExecutionHead }>> {
  const asked = await ask(env, flow, name, request, false);
  if (!asked.ok) return asked;
  const { id, way, command, plan } = asked;
  if (!plan) return describeExecution(env, flow, name, 0);
  const outcome = await askFlow(env, flow, (object) => object.redriveExecution(command));
  if (!outcome.ok) return outcome;
  const { redrives = 1 } = outcome.execution ?? {};
  const { by, reason, children } = command;
  // Its flow hands it this, too, however often it takes: whoever asks next finds it running already.
  await askExecution(env, id, (execution) =>
    execution.redrive({ type: "redrive", redrives, by, ...way, ...given({ reason, children }) }),
  );
  return describeExecution(env, flow, name, 0);
}

/** Asks all who have a say in it: the execution, its flow, and the schedule that started it, which notes it unless it is a trial. */
async function ask(
  env: Env,
  flow: string,
  name: string,
  { force = false, version, ...request }: RedriveRequest,
  dryRun: boolean,
): Promise<Result<Asked>> {
  const found = await findExecution(env, flow, name);
  if (!found.ok) return found;
  const { id } = found;
  const way = await wayOf(env, flow, version, request);
  if (!way.ok) return way;
  const { asked } = way;
  const known = await askExecution(env, id, (execution) => execution.planRedrive(asked));
  if (!known) return reject("ExecutionStarting", "the execution has not taken its start yet");
  if (!known.ok && known.code !== "ExecutionRunning") return known;
  const command: RedriveExecution = {
    type: "redriveExecution",
    name,
    ...request,
    ...given({ version: asked.version }),
    ...(known.ok && { ended: known.end }),
  };
  const outcome = await askFlow(env, flow, (object) => object.redriveExecution({ ...command, dryRun: true }));
  if (!outcome.ok) return outcome;
  if (outcome.repeated || !known.ok) return { ok: true, id, way: asked, command };
  const refusal = await tellSchedule(env, name, outcome, { force, dryRun });
  return refusal.ok ? { ok: true, id, way: asked, command, plan: known.plan } : refusal;
}

/** With what the version says that it is to go on with. Rejections: FlowNotExists, VersionNotExists. */
async function wayOf(
  env: Env,
  flow: string,
  wanted: RedriveRequest["version"],
  { from, items }: WhereFrom,
): Promise<Result<{ asked: AskedWay }>> {
  const where = given({ from, items });
  if (wanted === undefined) return { ok: true, asked: where };
  const found = await findFlow(env, flow, wanted === "latest" ? undefined : wanted);
  if (!found.ok) return found;
  const { version, definition } = found.version;
  return { ok: true, asked: { ...where, version, definition } };
}

/** Of an execution that a schedule started. One that is not there any more, or is parked, has nothing to say. */
async function tellSchedule(
  env: Env,
  executionName: string,
  { startId = "", execution }: Extract<FlowOutcome, { ok: true }>,
  how: Pick<AgainFiring, "force" | "dryRun">,
): Promise<Result<object>> {
  const firing = parseFiringId(startId);
  if (!firing) return { ok: true };
  const redrives = (execution?.redrives ?? 0) + 1;
  const outcome = await askSchedule(env, firing.flow, firing.name, (shard) =>
    shard.change({ type: "executionAgain", ...firing, executionName, redrives, ...how }),
  );
  return outcome.ok || outcome.code !== "OverlapRunning" ? { ok: true } : outcome;
}
