import { carry } from "../carry.ts";
import type { FlowCommand, FlowEffect, StopExecutions, TakeExecution } from "../core/flow/command.ts";
import type { JsonObject } from "../core/json.ts";
import type { FlowMachine } from "../core/flow/flow-machine.ts";
import { given } from "../core/given.ts";
import { REMOVAL_SCANNED_AT_ONCE, SCHEDULE_SHARDS, STARTS_IN_FLIGHT } from "../core/limits.ts";
import { DIRECTORY_OBJECT_NAME, executionObjectName, scheduleObjectName } from "../core/names.ts";
import { assert, messageOf } from "../core/result.ts";
import type { Env, ExecutionStub } from "../env.ts";
import { log } from "../log.ts";
import { DONE, type EffectContext, type EffectRow, type EffectTable } from "./performer.ts";
import { tellBoard } from "./tell-board.ts";
import { tellDirectory } from "./tell-directory.ts";

type Row<K extends FlowEffect["kind"]> = EffectRow<
  FlowMachine,
  Extract<FlowEffect, { kind: K }>,
  FlowCommand
>;

/** Executions of a deleted flow that are stopped by one go. */
const STOPPED_AT_ONCE = 50;
const LOST = {
  status: "Failed",
  endedAt: 0,
  error: "FnF.ExecutionLost",
  cause: "the execution is not there any more",
} as const;
/** How often a go is tried for those that do not answer; then the others have their turn. */
const STOP_TRIES = 5;

const takeExecution: Row<"takeExecution"> = {
  groupBy: ({ id }) => id,
  atOnce: STARTS_IN_FLIGHT,
  async perform(context, effects) {
    for (const effect of effects) {
      const { input, ...start } = effect;
      await (input
        ? hand(context, { ...start, input })
        : inTurn(context.machine, () => handWhole(context, effect)));
    }
    return DONE;
  },
};

/** Those of a flow whose inputs are large: only one of them is in memory at a time. */
const turns = new WeakMap<FlowMachine, Promise<void>>();

function inTurn(machine: FlowMachine, body: () => Promise<void>): Promise<void> {
  const turn = (turns.get(machine) ?? Promise.resolve()).then(body);
  turns.set(
    machine,
    turn.catch(() => {}),
  );
  return turn;
}

async function handWhole(context: EffectContext<FlowMachine>, effect: TakeExecution): Promise<void> {
  const { input, ...start } = context.machine.effects.whole(effect) ?? effect;
  if (input) await hand(context, { ...start, input });
}

async function hand(
  { env, object: flow, machine }: EffectContext<FlowMachine>,
  effect: TakeExecution & { readonly input: JsonObject },
): Promise<void> {
  const { generation, name, version, input, inputText, startedBy, parent, lineage } = effect;
  const { begin, forkedFrom, over, newcomer } = effect;
  const stored = machine.versions.find(generation, version);
  assert(stored, "a version that was started is stored");
  const id = { flow, generation, name };
  const { definition } = stored;
  const execution = env.EXECUTIONS.getByName(executionObjectName(id));
  const start = { type: "start", id, version, definition, input: carry(input), startedBy } as const;
  const optional = given({ inputText, parent, lineage, begin: begin && carry(begin), forkedFrom, over });
  await execution.start({ ...start, ...optional }, newcomer !== undefined);
}

const letGo: Row<"letGo"> = {
  groupBy: ({ id }) => id,
  async perform({ env, object: flow }, [effect]) {
    assert(effect, "a group is not empty");
    const { generation, name } = effect;
    await env.EXECUTIONS.getByName(executionObjectName({ flow, generation, name })).letGo();
    return DONE;
  },
};

/** What follows from the end before may not be done yet: then its turn comes again. */
const redriveExecution: Row<"redriveExecution"> = {
  groupBy: ({ id }) => id,
  async perform({ env, object: flow, machine }, [effect]) {
    assert(effect, "a group is not empty");
    const { id: _, kind: __, since: ___, generation, name, ...redrive } = effect;
    const { version } = redrive;
    const definition =
      version === undefined ? undefined : machine.versions.find(generation, version)?.definition;
    const execution = env.EXECUTIONS.getByName(executionObjectName({ flow, generation, name }));
    const outcome = await execution.redrive({ type: "redrive", ...redrive, ...given({ definition }) });
    if (outcome.ok) return DONE;
    if (outcome.code === "ExecutionEnding") return { done: false };
    const { redrives } = redrive;
    const command = { type: "executionEnded", generation, name, redrives } as const;
    return {
      done: true,
      commands: [
        { ...command, ...(await endOf(execution)) },
        { type: "effectOver", effect },
      ],
    };
  },
};

/** The end that an execution had which cannot go on. */
async function endOf(execution: ExecutionStub) {
  const head = await execution.head();
  if (head?.endedAt === undefined) return LOST;
  const { status, endedAt, error, cause } = head;
  return { status, endedAt, ...given({ error, cause }) };
}

/** However many changes there were: the directory is told how the flow is now. */
const registerFlow: Row<"registerFlow"> = {
  groupBy: ({ generation }) => String(generation),
  async perform({ env, object: name, machine }, [effect]) {
    assert(effect, "a group is not empty");
    const { generation } = effect;
    const register = { type: "register", kind: "flow", name, generation } as const;
    const directory = env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME);
    await directory.apply({ ...register, ...given({ summary: machine.summary(generation) }) });
    return DONE;
  },
};

const flowActive: Row<"flowActive"> = {
  groupBy: ({ kind }) => kind,
  async perform({ env, object: name }, effects) {
    for (const { generation, since: at } of effects) {
      await env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME).apply({ type: "active", name, generation, at });
    }
    return DONE;
  },
};

/** An execution that has something to do yet, or does not answer, holds up no other: its turn comes again. */
const removeExecutions: Row<"removeExecutions"> = {
  groupBy: ({ id }) => id,
  async perform({ env, object: flow }, [effect]) {
    assert(effect, "a group is not empty");
    const { generation } = effect;
    const executions: (typeof effect.executions)[number][] = [];
    for (const one of effect.executions) {
      const execution = env.EXECUTIONS.getByName(executionObjectName({ flow, generation, name: one.name }));
      if (await succeeds(flow, effect, () => execution.remove())) executions.push(one);
    }
    if (effect.isAsked && executions.length < effect.executions.length) return { done: false };
    return { done: true, commands: [{ type: "executionsRemoved", effect, executions }] };
  },
};

/** Its name may have been given to another one since. */
const removeUnknown: Row<"removeUnknown"> = {
  groupBy: ({ id }) => id,
  async perform({ env, object: flow, machine }, [effect], tries) {
    assert(effect, "a group is not empty");
    const { generation, name } = effect;
    if (machine.execution(generation, name)) return DONE;
    const object = executionObjectName({ flow, generation, name });
    if (tries === 0) log({ event: "unknownExecution", object });
    return (await env.EXECUTIONS.getByName(object).remove()) ? DONE : { done: false };
  },
};

/** What does not answer is told in the log, and counts as no. */
async function succeeds(flow: string, { kind }: FlowEffect, ask: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ask();
  } catch (error) {
    log({ event: "effectFailed", object: flow, kind, message: messageOf(error) });
    return false;
  }
}

/** A deleted flow takes its schedules and what runs of it along. What does not answer is left to the removal that follows. */
const stopExecutions: Row<"stopExecutions"> = {
  groupBy: ({ id }) => id,
  async perform({ env, object: flow, machine }, [effect], tries) {
    assert(effect, "a group is not empty");
    const { generation, before } = effect;
    if (before === undefined) await removeSchedules(env, flow, generation);
    const running = runningOf(machine, effect);
    let isDone = true;
    for (const name of running.names) {
      const execution = env.EXECUTIONS.getByName(executionObjectName({ flow, generation, name }));
      const isStopped = await succeeds(flow, effect, async () => {
        const outcome = await execution.stop("FnF.FlowDeleted", "the flow was deleted");
        return outcome.ok || outcome.code !== "ExecutionStarting";
      });
      if (!isStopped) isDone = false;
    }
    if (!isDone && tries < STOP_TRIES) return { done: false };
    return {
      done: true,
      commands: [{ type: "executionsStopped", effect, ...given({ before: running.last }) }],
    };
  },
};

interface Running {
  readonly names: readonly string[];
  /** Number of the last execution that was looked at, if there are older ones. */
  readonly last?: number;
}

/** Names, read before anybody waits: while rows are read nothing may be written. */
function runningOf(machine: FlowMachine, { generation, before }: StopExecutions): Running {
  const names: string[] = [];
  let looked = 0;
  for (const { name, number, endedAt } of machine.executions(generation, given({ before }))) {
    if (endedAt === undefined) names.push(name);
    if (names.length >= STOPPED_AT_ONCE || ++looked >= REMOVAL_SCANNED_AT_ONCE)
      return { names, last: number };
  }
  return { names };
}

/** Of this generation: if the flow was made again in the meantime, the new one's stay. */
async function removeSchedules(env: Env, flow: string, generation: number): Promise<void> {
  const shards = Array.from({ length: SCHEDULE_SHARDS }, (_, shard) =>
    env.SCHEDULES.getByName(scheduleObjectName(shard)),
  );
  await Promise.all(shards.map((shard) => shard.removeFlow(flow, generation)));
}

export const FLOW_EFFECTS: EffectTable<FlowMachine, FlowEffect, FlowCommand> = {
  takeExecution,
  letGo,
  redriveExecution,
  registerFlow,
  unregisterFlow: tellDirectory("unregister", "flow"),
  flowActive,
  stopExecutions,
  removeExecutions,
  removeUnknown,
  tellBoard,
};
