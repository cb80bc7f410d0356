import { carry } from "../carry.ts";
import { BUSY, type FlowOutcome, type StartExecution } from "../core/flow/command.ts";
import { given } from "../core/given.ts";
import type { Performed } from "../core/host/ports.ts";
import { type JsonObject, jsonSize } from "../core/json.ts";
import { STARTS_CALL_BYTES, STARTS_PER_CALL } from "../core/limits.ts";
import { executionObjectName } from "../core/names.ts";
import type { BegunFiring, EndedFiring, ScheduleCommand } from "../core/schedule/command.ts";
import type { CheckRunning, ScheduleEffect, StartFiring } from "../core/schedule/effect.ts";
import type { ScheduleMachine } from "../core/schedule/schedule-machine.ts";
import type { CarriedStart } from "../core/engine/state/carried-start.ts";
import type { Env } from "../env.ts";
import { tellBoard } from "./tell-board.ts";
import { firingEvent, tellWebhook } from "./tell-webhook.ts";
import type { EffectRow, EffectTable } from "./performer.ts";

type Row<E extends ScheduleEffect> = EffectRow<ScheduleMachine, E, ScheduleCommand>;

/** Many firings at once wait so long, so that all shards decide theirs before executions take the time. */
const DECIDE_FIRST_MS = 100;
const MANY = 10;

/** Starts the executions of firings, many of one flow at once: a repeat of a start finds it started. */
const startFiring: Row<StartFiring> = {
  groupBy: ({ flow }) => flow,
  async perform({ env, machine }, effects) {
    const commands: ScheduleCommand[] = [];
    let done = true;
    if (effects.length > MANY) await scheduler.wait(DECIDE_FIRST_MS);
    for (const part of callsOf(machine, effects)) {
      const flow = env.FLOWS.getByName(part[0]?.effect.flow ?? "");
      const outcomes = await flow.startExecutions(part.map(startOf));
      for (const [position, { effect }] of part.entries()) {
        const outcome = outcomes[position];
        // Not the flow's last word: the start is tried again.
        if (outcome && !outcome.ok && BUSY.has(outcome.code)) done = false;
        else commands.push(...answerOf(effect, outcome));
      }
    }
    return { done, commands } satisfies Performed<ScheduleCommand>;
  },
};

interface Start {
  readonly effect: StartFiring;
  readonly input: JsonObject;
}

/** As many firings as one call can take, with their inputs, which are read for each call. What nobody wants is left out. */
function* callsOf(machine: ScheduleMachine, effects: readonly StartFiring[]): Generator<Start[]> {
  let call: Start[] = [];
  let size = 0;
  for (const effect of effects) {
    const input = machine.inputOf(effect);
    if (!input) continue;
    const bytes = jsonSize(input);
    if (call.length >= STARTS_PER_CALL || (call.length > 0 && size + bytes > STARTS_CALL_BYTES)) {
      yield call;
      [call, size] = [[], 0];
    }
    call.push({ effect, input });
    size += bytes;
  }
  if (call.length > 0) yield call;
}

function startOf({ effect: { executionName, schedule, id }, input }: Start): CarriedStart<StartExecution> {
  return {
    type: "startExecution",
    name: executionName,
    input: carry(input),
    startedBy: `schedule:${schedule}`,
    startId: id,
  };
}

/** What a flow's answer means. */
function answerOf(effect: StartFiring, outcome: FlowOutcome | undefined): ScheduleCommand[] {
  if (!outcome?.ok) {
    return [{ type: "startRefused", effect, reason: outcome?.detail ?? "the flow did not answer" }];
  }
  const { flow, schedule: name, at, firing: kind, executionName } = effect;
  if (!outcome.created) {
    const reason = `an execution "${executionName}" was already there, started by somebody else`;
    return [{ type: "startRefused", effect, reason }];
  }
  const { status, endedAt, error } = outcome.execution ?? {};
  if (status === undefined || endedAt === undefined) return [{ type: "startTaken", effect }];
  // A start that was asked for again, after a restart: its end may have come to nobody.
  const over = { flow, name, at, kind, executionName, status, endedAt, ...given({ error }) };
  return [{ type: "executionOver", ...over }];
}

/** Asks executions for their real state; those that are to be stopped, until they are over. */
const checkRunning: Row<CheckRunning> = {
  groupBy: ({ id }) => id,
  async perform({ env }, effects) {
    const commands: ScheduleCommand[] = [];
    for (const effect of effects) {
      const states = await Promise.all(effect.firings.map((firing) => stateOf(env, effect, firing)));
      const ended = states.flatMap((state) => (state && "endedAt" in state ? [state] : []));
      const began = states.flatMap((state) => (state && !("endedAt" in state) ? [state] : []));
      if (effect.stop && ended.length < states.length) return { done: false };
      commands.push({ type: "runningChecked", effect, ended, began });
    }
    return { done: true, commands };
  },
};

/** The end of a firing's execution, or since when it runs; undefined while it is about to. */
async function stateOf(
  env: Env,
  { flow, stop }: CheckRunning,
  firing: CheckRunning["firings"][number],
): Promise<EndedFiring | BegunFiring | undefined> {
  const entry = await env.FLOWS.getByName(flow).execution(firing.executionName);
  // No flow, or a flow that forgot it: nothing of it can run.
  if (!entry) return { ...firing, endedAt: Date.now() };
  if (entry.endedAt !== undefined) {
    const { status, endedAt, redrives, error } = entry;
    return { ...firing, status, endedAt, ...given({ redrives, error }) };
  }
  const id = { flow, generation: entry.generation, name: firing.executionName };
  const execution = env.EXECUTIONS.getByName(executionObjectName(id));
  if (stop) await execution.stop("FnF.ScheduleOverlap", "a newer instant of its schedule takes its place");
  const head = await execution.head();
  if (!head) return undefined;
  const { status, startedAt, endedAt, error } = head;
  if (endedAt === undefined) return { ...firing, startedAt };
  return { ...firing, status, startedAt, endedAt, ...given({ error }) };
}

export const SCHEDULE_EFFECTS: EffectTable<ScheduleMachine, ScheduleEffect, ScheduleCommand> = {
  startFiring,
  checkRunning,
  notify: tellWebhook(({ notice }) => firingEvent(notice)),
  tellBoard,
};
