import { masterKey } from "../auth/master-key.ts";
import { maskTokensIn, signTaskToken, withoutTokens } from "../auth/task-token.ts";
import type { ExecutionCommand } from "../core/engine/command.ts";
import type { CallTask } from "../core/engine/state/effect.ts";
import type { ExecutionMachine } from "../core/engine/execution-machine.ts";
import { type TaskCall, type TaskRefusal, taskCall, tasksOf } from "../core/engine/tasks.ts";
import type { ResourceKind } from "../core/fdl/resource.ts";
import { CALLS_IN_FLIGHT } from "../core/limits.ts";
import { assert } from "../core/result.ts";
import type { CallContext, CallResult, Caller } from "./calls/call.ts";
import { callFlow } from "./calls/flow.ts";
import { callFunction } from "./calls/function.ts";
import { callUrl } from "./calls/http.ts";
import { callTopic } from "./calls/topic.ts";
import { callWorkers } from "./calls/workers.ts";
import type { EffectContext, EffectRow } from "./performer.ts";

type CalledKind = Exclude<ResourceKind, "queue">;

/** How each kind of resource is called: a new one is its file and its row here. */
const CALLERS: { readonly [K in CalledKind]: Caller<K> } = {
  topic: callTopic,
  flow: callFlow,
  function: callFunction,
  http: callUrl,
  workers: callWorkers,
};

/** Makes the call of a task at least once, and tells the execution what came of it. */
export const callTask: EffectRow<ExecutionMachine, CallTask, ExecutionCommand> = {
  groupBy: ({ id }) => id,
  atOnce: CALLS_IN_FLIGHT,
  async perform(context, [effect]) {
    assert(effect, "a group is not empty");
    const call = await buildCall(context, effect);
    if (!call) return { done: false };
    const command = "error" in call ? refusalOf(call) : commandOf(call, await perform(context, effect, call));
    return { done: false, commands: [command] };
  },
};

async function buildCall(
  { env, object, machine }: EffectContext<ExecutionMachine>,
  effect: CallTask,
): Promise<TaskCall | TaskRefusal | undefined> {
  const task = machine.execution && tasksOf(machine.execution.state, effect, 1)[0];
  if (!task) return undefined;
  const master = await masterKey(env.MASTER_KEY);
  assert(master, "the service starts nothing without a master key");
  const token = await signTaskToken(master, { execution: object, ...task });
  // The execution went on meanwhile: what is over by now calls nobody.
  return machine.execution && taskCall(machine.execution, task, token);
}

/** Looks the caller up; the cast forgets the resource's kind, which it was found by. */
function perform(
  { env, object, machine, calls }: EffectContext<ExecutionMachine>,
  effect: CallTask,
  call: TaskCall,
): Promise<CallResult> {
  const { kind } = call.resource;
  assert(kind !== "queue", "queues are sent to, not called");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const caller = CALLERS[kind] as (context: CallContext, call: TaskCall) => Promise<CallResult>;
  const isWanted = () => machine.effects.isPending(effect);
  return caller({ env, execution: object, calls, isWanted }, call);
}

function refusalOf({ path, attempt, error, cause }: TaskRefusal): ExecutionCommand {
  return { type: "refuseTasks", tasks: [{ path, attempt }], error, cause };
}

/** What the pattern makes of the result (spec: FDL section 5.1). */
function commandOf({ path, attempt, pattern }: TaskCall, result: CallResult): ExecutionCommand {
  const task = { path, attempt };
  if (!result.ok) {
    const { isAnswer, isLate, isOrphan } = result;
    // Its own stop is still on the way from one child to the next.
    if (isOrphan) return { type: "stop", error: result.error, cause: result.cause };
    // The task's own time limit says so, as it would without any answer.
    if (isLate) return { type: "wake" };
    const [error, cause] = [maskTokensIn(result.error), maskTokensIn(result.cause)];
    if (isAnswer && pattern === "sync") return { type: "reportFailed", ...task, error, cause };
    return { type: "refuseTasks", tasks: [task], error, cause, isAnswer };
  }
  const { isPending = false } = result;
  const output = withoutTokens(result.output);
  if (pattern === "sync" && !isPending) return { type: "reportSucceeded", ...task, output };
  return { type: "confirmTasks", tasks: [pattern === "requestResponse" ? { ...task, output } : task] };
}
