import type { VainStart } from "../engine/state/vain-start.ts";
import { STARTS_PER_SECOND_MAX } from "../limits.ts";
import { HELD_MS } from "../pause-limits.ts";
import type { FlowOutcome, StopHeld } from "./command.ts";
import type { FlowMemory } from "./flow-memory.ts";
import type { HeldStart } from "./held-starts.ts";

/** Whether what waits goes on waiting. */
export function isHolding({ flow }: FlowMemory): boolean {
  return flow?.exists === true && flow.paused !== undefined;
}

/** One slice of what waits goes on, the first first: as many as a flow starts in a second, and as there is room for. */
export function releaseHeld(memory: FlowMemory, now: number): FlowOutcome {
  const { held } = memory;
  const released: HeldStart[] = [];
  for (const start of held.first(STARTS_PER_SECOND_MAX)) {
    const over = whyOver(memory, start, now);
    if (!over && (isHolding(memory) || !hasRoom(memory, start))) break;
    release(memory, start, now, over);
    released.push(start);
  }
  held.remove(released);
  held.rest(now);
  if (released.length > 0) memory.recent.changed();
  return { ok: true };
}

/** It ends without having begun; whoever waits for it is told by its own object. */
export function stopHeld(
  memory: FlowMemory,
  { name, error, cause, parent }: StopHeld,
  now: number,
): FlowOutcome {
  const { held, index, flow } = memory;
  const entry = index.find(flow?.generation ?? 0, name);
  const start = entry && held.find(entry.generation, entry.number);
  if (!start || (parent && JSON.stringify(parent) !== JSON.stringify(start.parent))) return { ok: true };
  release(memory, start, now, { type: "executionStopped", error, cause });
  held.remove([start]);
  memory.recent.changed();
  return { ok: true };
}

function release(
  memory: FlowMemory,
  { number, ...start }: HeldStart,
  since: number,
  over: VainStart | undefined,
): void {
  const { effects, index } = memory;
  const entry = index.at(start.generation, number);
  if (entry) {
    const { held: _, ...rest } = entry;
    index.change(rest);
  }
  if (memory.running !== undefined) memory.running++;
  effects.add({ ...start, since, ...(over && { over }) });
}

function whyOver({ flow }: FlowMemory, { generation, since }: HeldStart, now: number): VainStart | undefined {
  if (flow?.exists !== true || flow.generation !== generation)
    return { type: "executionStopped", error: "FnF.FlowDeleted", cause: "the flow was deleted" };
  if (now - since < HELD_MS) return undefined;
  const cause = "it waited for 30 days for its flow, which is paused";
  return { type: "executionFailed", error: "FnF.WaitedTooLong", cause };
}

function hasRoom({ admission, budget, effects, running = 0 }: FlowMemory, start: HeldStart): boolean {
  return !admission.refuseRunning(running) && !budget.refusal(effects.bytesOf(start), "the flow", "");
}
