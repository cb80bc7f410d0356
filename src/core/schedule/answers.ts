import type { EffectAnswer, ExecutionOver } from "./command.ts";
import { noteEnd, runningChecked, startRefused, startTaken } from "./phases/ends.ts";
import { proceed } from "./process.ts";
import type { ScheduleContext } from "./schedule-context.ts";
import type { ScheduleStore } from "./store.ts";

/** Takes in what came of an effect, and lets go on what waited for that. */
export function takeAnswer(store: ScheduleStore, command: EffectAnswer, now: number): void {
  const { effect } = command;
  if (effect.kind === "notify") {
    store.effects.remove(effect);
    return;
  }
  const entry = store.get(effect.flow, effect.schedule);
  if (!entry) return;
  const context = { store, entry, now };
  if (takeIn(context, command)) proceed(context, command.type === "runningChecked");
  store.arm(entry);
}

/** An execution told its end. */
export function takeEnd(store: ScheduleStore, command: ExecutionOver, now: number): void {
  const entry = store.get(command.flow, command.name);
  if (!entry) return;
  const context = { store, entry, now };
  noteEnd(context, command);
  proceed(context);
  store.arm(entry);
}

/** Whether something may go on. */
function takeIn(context: ScheduleContext, command: EffectAnswer): boolean {
  switch (command.type) {
    case "startTaken":
      return startTaken(context, command.effect);
    case "startRefused":
      return startRefused(context, command.effect, command.reason);
    case "runningChecked":
      return runningChecked(context, command.effect, command.ended, command.began);
    case "effectOver":
      return takeOver(context, command);
  }
}

function takeOver(
  context: ScheduleContext,
  { effect, failure }: Extract<EffectAnswer, { type: "effectOver" }>,
): boolean {
  const { entry } = context;
  if (effect.kind === "startFiring") {
    return failure === undefined ? startTaken(context, effect) : startRefused(context, effect, failure);
  }
  // Nobody could tell whether it runs: it is asked again.
  if (entry.checking?.id === effect.id) entry.checking = undefined;
  return false;
}
