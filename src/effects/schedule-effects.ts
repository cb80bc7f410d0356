import { BUSY } from "../core/flow/command.ts";
import type { Performed } from "../core/host/ports.ts";
import type { ScheduleCommand, StartFiring } from "../core/schedule/command.ts";
import type { ScheduleMachine } from "../core/schedule/schedule-machine.ts";
import type { EffectTable } from "./performer.ts";

/** Starts the execution of a firing: its name is derived from schedule and instant, so a repeat finds it started. */
export const SCHEDULE_EFFECTS: EffectTable<ScheduleMachine, StartFiring, ScheduleCommand> = {
  startFiring: {
    groupBy: ({ id }) => id,
    async perform({ env }, effects) {
      const commands: ScheduleCommand[] = [];
      for (const effect of effects) {
        const { flow, schedule, executionName: name, input, id } = effect;
        const outcome = await env.FLOWS.getByName(flow).startExecution({
          type: "startExecution",
          name,
          input,
          startedBy: `schedule:${schedule}`,
          startId: id,
        });
        // Not the flow's last word: the start is tried again.
        if (!outcome.ok && BUSY.has(outcome.code)) throw new Error(outcome.detail);
        if (!outcome.ok) commands.push({ type: "startRefused", effect, reason: outcome.detail });
        else if (!outcome.created) commands.push({ type: "startRefused", effect, reason: taken(name) });
      }
      return { done: true, commands } satisfies Performed<ScheduleCommand>;
    },
  },
};

function taken(name: string): string {
  return `an execution "${name}" was already there, started by somebody else`;
}
