import type { EffectAnswer, ExecutionOver } from "./command.ts";
import { noticeOver } from "./dead-notices.ts";
import { guarded } from "./parking.ts";
import { noteEnd, runningChecked, startRefused, startTaken } from "./phases/ends.ts";
import { proceed } from "./process.ts";
import type { ScheduleContext } from "./schedule-context.ts";
import type { ScheduleStore } from "./store.ts";

/** Takes in what came of an effect, and lets go on what waited for that. */
export function takeAnswer(store: ScheduleStore, command: EffectAnswer, now: number): void {
  const { effect } = command;
  if (effect.kind === "tellBoard") return;
  if (effect.kind === "notify") {
    noticeOver(store, effect, command.type === "effectOver" ? command.failure : undefined, now);
    return;
  }
  inform(store, effect.flow, effect.schedule, now, (context) => {
    const mayGoOn = takeIn(context, command);
    return mayGoOn ? () => proceed(context, command.type === "runningChecked") : undefined;
  });
}

/** An execution told its end. */
export function takeEnd(store: ScheduleStore, command: ExecutionOver, now: number): void {
  inform(store, command.flow, command.name, now, (context) => {
    noteEnd(context, command);
    return () => proceed(context);
  });
}

/** Tells a schedule something; a parked one notes it and goes no further, and one that just failed with it is spared. */
function inform(
  store: ScheduleStore,
  flow: string,
  name: string,
  now: number,
  tell: (context: ScheduleContext) => (() => void) | undefined,
): void {
  const entry = store.get(flow, name);
  if (!entry || store.isSuspect(entry)) return;
  guarded(entry, () => {
    const goOn = tell({ store, entry, now });
    if (!store.isHeld(entry)) goOn?.();
    store.arm(entry);
  });
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
