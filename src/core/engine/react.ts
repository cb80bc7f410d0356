import type { ExecutionEffect } from "./effect.ts";
import type { Execution } from "./execution.ts";
import type { Fact, FactOf, FactType } from "./fact.ts";
import { taskStep } from "./steps/task.ts";

type EffectBase = Pick<ExecutionEffect, "id" | "since">;
type React<F extends Fact> = (execution: Execution, fact: F, base: EffectBase) => readonly ExecutionEffect[];

/** What must be done outside because of a fact. Asked after the fact took effect. */
const REACTIONS: { readonly [T in FactType]?: React<FactOf<T>> } = {
  taskScheduled: (execution, { frame: path, attempt }, base) => {
    const frame = execution.open(path);
    const { queue } = taskStep(execution.step(frame)).resource;
    return [{ ...base, kind: "sendTasks", queue, frame: path, entered: frame.entered, attempt }];
  },
  iterationsEntered: (execution, { frame: path, from }, base) => {
    const { phase } = execution.open(path);
    const first = phase.is === "foreach" ? execution.flow.lists[phase.body]?.steps[0] : undefined;
    if (!first) return [];
    const { resource } = taskStep(first);
    return [{ ...base, kind: "sendTasks", queue: resource.queue, frame: path, wave: from, attempt: 1 }];
  },
  taskFailed: withdrawAttempt,
  taskTimedOut: withdrawAttempt,
  executionSucceeded: reportEnd,
  executionFailed: reportEnd,
  executionStopped: reportEnd,
  executionTimedOut: reportEnd,
};

/** The message of an attempt that is over may still lie in its queue. */
function withdrawAttempt(
  execution: Execution,
  { frame: path }: { frame: string },
  base: EffectBase,
): ExecutionEffect[] {
  const frame = execution.open(path);
  const { resource } = taskStep(execution.step(frame));
  const task = { path: execution.stepPath(frame), attempt: frame.attempt };
  return [{ ...base, kind: "withdraw", queue: resource.queue, task }];
}

function reportEnd(execution: Execution, _: Fact, base: EffectBase): ExecutionEffect[] {
  const { queues } = execution.head;
  return [
    { ...base, kind: "reportEnd" },
    ...queues.map((queue) => ({ ...base, id: `${base.id}.${queue}`, kind: "withdraw", queue }) as const),
  ];
}

export function react<T extends FactType>(execution: Execution, fact: FactOf<T>, base: EffectBase): void {
  for (const effect of REACTIONS[fact.type]?.(execution, fact, base) ?? []) {
    execution.effects.set(effect.id, effect);
    execution.newEffects.push(effect);
  }
}
