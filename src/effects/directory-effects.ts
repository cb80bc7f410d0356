import type { DirectoryCommand, DirectoryMachine } from "../core/directory/directory-machine.ts";
import type { InspectObjects, Visit, Visited } from "../core/directory/inspection-round.ts";
import { INSPECTION_CALLS_MAX } from "../core/inspection-limits.ts";
import type { InspectedKind } from "../core/inspection-kinds.ts";
import type { Finding, Inspectable, Inspection } from "../core/inspection-views.ts";
import { messageOf } from "../core/result.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { DONE, type EffectRow, type EffectTable } from "./performer.ts";

/** How an object of each kind is reached. */
const REACHED: { readonly [K in InspectedKind]: (env: Env, name: string) => Inspectable } = {
  flow: (env, name) => env.FLOWS.getByName(name),
  queue: (env, name) => env.QUEUES.getByName(name),
  topic: (env, name) => env.TOPICS.getByName(name),
  shard: (env, name) => env.SCHEDULES.getByName(name),
};

/** Objects of one slice are asked at the same time; those with more to tell go on, as far as there are calls for all. */
const inspectObjects: EffectRow<DirectoryMachine, InspectObjects, DirectoryCommand> = {
  groupBy: ({ id }) => id,
  async perform({ env, machine }, [effect]) {
    const slice = machine.inspections.slice();
    if (!slice || !effect) return DONE;
    const calls = Math.max(1, Math.floor(INSPECTION_CALLS_MAX / slice.visits.length));
    const answers = await Promise.all(slice.visits.map((visit) => inspect(env, visit, slice.heal, calls)));
    const visited = answers.filter((answer) => answer !== undefined);
    const left = visited.flatMap(({ kind, name, inspection: { to } }) =>
      to ? [{ kind, name, from: to }] : [],
    );
    return { done: true, commands: [{ type: "objectsInspected", effect, visited, left }] };
  },
};

/** Whoever does not answer is visited again with the next round. */
async function inspect(
  env: Env,
  visit: Visit,
  heal: boolean,
  callsMax: number,
): Promise<Visited | undefined> {
  const { kind, name } = visit;
  const object = REACHED[kind](env, name);
  const findings: Finding[] = [];
  let { from } = visit;
  try {
    for (let calls = 1; ; calls++) {
      const inspection: Inspection = await object.inspect({ heal, ...(from && { from }) });
      findings.push(...inspection.findings);
      from = inspection.to;
      if (!from || calls >= callsMax) return { ...visit, inspection: { ...inspection, findings } };
    }
  } catch (error) {
    log({ event: "inspectionFailed", object: `${kind} ${name}`, message: messageOf(error) });
    return undefined;
  }
}

export const DIRECTORY_EFFECTS: EffectTable<DirectoryMachine, InspectObjects, DirectoryCommand> = {
  inspectObjects,
};
