import type { ExecutionCommand, LocatedTask } from "../core/engine/command.ts";
import type { ExecutionMachine } from "../core/engine/execution-machine.ts";
import type { Locate } from "../core/engine/state/effect.ts";
import { locatedBy } from "../core/engine/tasks.ts";
import { given } from "../core/given.ts";
import { DISPATCH_RETRY_MS, LOCATED_AT_ONCE } from "../core/limits.ts";
import type { Whereabouts } from "../core/queue/queue-views.ts";
import { assert, messageOf } from "../core/result.ts";
import { log } from "../log.ts";
import type { EffectContext, EffectRow } from "./performer.ts";

/** Asks queues where the messages of silent tasks are. A queue that is out of reach is asked again. */
export const locate: EffectRow<ExecutionMachine, Locate, ExecutionCommand> = {
  groupBy: ({ queue }) => queue,
  async perform(context, effects, tries) {
    const commands: ExecutionCommand[] = [];
    for (let from = 0; from < effects.length; from += LOCATED_AT_ONCE) {
      const tasks = await ask(context, effects.slice(from, from + LOCATED_AT_ONCE));
      if (tasks) commands.push({ type: "tasksLocated", tasks });
    }
    const retryInMs = DISPATCH_RETRY_MS[Math.min(tries, DISPATCH_RETRY_MS.length - 1)] ?? 0;
    return { done: false, retryInMs, commands };
  },
};

async function ask(
  { env, object, machine }: EffectContext<ExecutionMachine>,
  effects: readonly Locate[],
): Promise<LocatedTask[] | undefined> {
  const { execution } = machine;
  const [first] = effects;
  assert(execution && first, "an execution asks");
  const attempts = effects.flatMap((effect) => locatedBy(execution.state, effect) ?? []);
  const asked = attempts.map((attempt) => ({ execution: object, ...attempt }));
  try {
    const places = await env.QUEUES.getByName(first.queue).whereabouts(asked);
    return attempts.map((attempt, nth) => ({ ...attempt, place: placeOf(places[nth]) }));
  } catch (error) {
    log({ event: "requestFailed", execution: object, queue: first.queue, message: messageOf(error) });
    return undefined;
  }
}

function placeOf(place: Whereabouts | undefined): LocatedTask["place"] {
  if (place?.is === "held") return { is: "held", since: place.since };
  if (place?.is === "lying") {
    const { worker, lastSeenAt } = place;
    return { is: "lying", ...given({ worker, lastSeenAt }) };
  }
  return { is: place?.is === "delayed" ? "lying" : "gone" };
}
