import type { ExecutionEffect, Withdraw } from "./state/effect.ts";
import type { Execution } from "./state/execution-state.ts";
import type { Fact, FactOf, FactType } from "./state/fact.ts";
import { parseFramePath } from "./state/addresses.ts";
import { taskStep } from "./steps/task.ts";

type EffectBase = Pick<ExecutionEffect, "id" | "since">;
type React<F extends Fact> = (execution: Execution, fact: F, base: EffectBase) => readonly ExecutionEffect[];

/** What must be done outside because of a fact. Asked after the fact took effect. */
const REACTIONS: { readonly [T in FactType]?: React<FactOf<T>> } = {
  taskScheduled: (execution, { frame: path, attempt }, base) => {
    const frame = execution.open(path);
    const { resource } = taskStep(execution.step(frame));
    const call = { ...base, frame: path, entered: frame.entered, attempt };
    if (resource.kind !== "queue") return [{ ...call, kind: "callTask" }];
    return [{ ...call, kind: "sendTasks", queue: resource.queue }];
  },
  iterationsEntered: (execution, { frame: path }, base) => {
    const { phase } = execution.open(path);
    const wave = phase.is === "foreach" ? phase.waves.at(-1)?.firstEvent : undefined;
    const first = phase.is === "foreach" ? execution.flow.lists[phase.body]?.steps[0] : undefined;
    const { resource } = taskStep(first);
    if (resource.kind !== "queue" || wave === undefined) return [];
    return [{ ...base, kind: "sendTasks", queue: resource.queue, frame: path, wave, attempt: 1 }];
  },
  tasksLate: (_, { queue, tasks }, base) =>
    tasks.map((task, nth) => ({ ...withdrawFrom(queue, base, { task }), id: `${base.id}.${nth}` })),
  taskSucceeded: (execution, _, base) => stopAbandoned(execution, base),
  taskSubmitFailed: (execution, _, base) => stopAbandoned(execution, base),
  taskFailed: (execution, fact, base) => [
    ...withdrawAttempt(execution, fact, base),
    ...stopAbandoned(execution, base),
  ],
  taskTimedOut: (execution, fact, base) => [
    ...withdrawAttempt(execution, fact, base),
    ...stopAbandoned(execution, base),
  ],
  childFailed: (execution, { frame: path }, base) => {
    const inside = `${parseFramePath(path)?.owner}[`;
    return [
      ...execution.head.queues.map((queue) => withdrawFrom(queue, base, { inside })),
      ...stopAbandoned(execution, base),
    ];
  },
  executionSucceeded: reportEnd,
  executionFailed: reportEnd,
  executionStopped: reportEnd,
  executionTimedOut: reportEnd,
  parentJoined: (execution, { parent }, base) =>
    execution.isRunning ? [] : [{ ...base, kind: "reportParent", parent }],
};

/** The message of an attempt that is over may still lie in its queue. */
function withdrawAttempt(
  execution: Execution,
  { frame: path }: { frame: string },
  base: EffectBase,
): ExecutionEffect[] {
  const frame = execution.open(path);
  const { resource } = taskStep(execution.step(frame));
  if (resource.kind !== "queue") return [];
  const task = { path: execution.stepPath(frame), attempt: frame.attempt };
  return [withdrawFrom(resource.queue, base, { task })];
}

function withdrawFrom(queue: string, base: EffectBase, what: Pick<Withdraw, "task" | "inside">): Withdraw {
  return { ...base, id: `${base.id}.${queue}`, kind: "withdraw", queue, ...what };
}

function stopAbandoned({ abandoned }: Execution, base: EffectBase): ExecutionEffect[] {
  return abandoned.map((child, nth) => ({
    ...base,
    id: `${base.id}.child${nth}`,
    kind: "stopChild",
    ...child,
  }));
}

function reportEnd(execution: Execution, _: Fact, base: EffectBase): ExecutionEffect[] {
  const { queues, parents } = execution.head;
  for (const frame of execution.frames.values()) execution.abandon(frame);
  return [
    { ...base, kind: "reportEnd" },
    ...parents.map(
      (parent, nth) => ({ ...base, id: `${base.id}.parent${nth}`, kind: "reportParent", parent }) as const,
    ),
    ...queues.map((queue) => withdrawFrom(queue, base, {})),
    ...stopAbandoned(execution, base),
  ];
}

export function react<T extends FactType>(execution: Execution, fact: FactOf<T>, base: EffectBase): void {
  for (const effect of REACTIONS[fact.type]?.(execution, fact, base) ?? []) {
    execution.effects.set(effect.id, effect);
    execution.newEffects.push(effect);
  }
}
