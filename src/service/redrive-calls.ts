import type { ExecutionHead } from "../core/execution-views.ts";
import type { FlowOutcome, RedriveExecution } from "../core/flow/command.ts";
import { given } from "../core/given.ts";
import type { ExecutionId } from "../core/names.ts";
import type { RedrivePlan } from "../core/engine/redrive-view.ts";
import type { WhereFrom } from "../core/engine/state/redrive-facts.ts";
import { type Result, reject } from "../core/result.ts";
import type { AgainFiring } from "../core/schedule/command.ts";
import { parseFiringId } from "../core/schedule/schedule.ts";
import type { Env } from "../env.ts";
import { describeExecution, findExecution } from "./execution-calls.ts";
import { askExecution, askFlow, askSchedule } from "./objects.ts";

export interface RedriveRequest extends WhereFrom {
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
 * Rejections: ExecutionRunning, NotRedrivable, StepNotExists, IncompatibleVersion, OverlapRunning, ExecutionStarting, and
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
  const { id, command, plan } = asked;
  if (!plan) return describeExecution(env, flow, name, 0);
  const outcome = await askFlow(env, flow, (object) => object.redriveExecution(command));
  if (!outcome.ok) return outcome;
  const { redrives = 1 } = outcome.execution ?? {};
  const { by, reason, children, from, items } = command;
  // Its flow hands it this, too, however often it takes: whoever asks next finds it running already.
  await askExecution(env, id, (execution) =>
    execution.redrive({ type: "redrive", redrives, by, ...given({ reason, children, from, items }) }),
  );
  return describeExecution(env, flow, name, 0);
}

/** Asks all who have a say in it: the execution, its flow, and the schedule that started it, which notes it unless it is a trial. */
async function ask(
  env: Env,
  flow: string,
  name: string,
  { force = false, ...request }: RedriveRequest,
  dryRun: boolean,
): Promise<Result<Asked>> {
  const found = await findExecution(env, flow, name);
  if (!found.ok) return found;
  const { id } = found;
  const known = await askExecution(env, id, (execution) => execution.planRedrive(whereOf(request)));
  if (!known) return reject("ExecutionStarting", "the execution has not taken its start yet");
  if (!known.ok && known.code !== "ExecutionRunning") return known;
  const command: RedriveExecution = {
    type: "redriveExecution",
    name,
    ...request,
    ...(known.ok && { ended: known.end }),
  };
  const outcome = await askFlow(env, flow, (object) => object.redriveExecution({ ...command, dryRun: true }));
  if (!outcome.ok) return outcome;
  if (outcome.repeated || !known.ok) return { ok: true, id, command };
  const refusal = await tellSchedule(env, name, outcome, { force, dryRun });
  return refusal.ok ? { ok: true, id, command, plan: known.plan } : refusal;
}

function whereOf({ from, items }: WhereFrom): WhereFrom {
  return given({ from, items });
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
