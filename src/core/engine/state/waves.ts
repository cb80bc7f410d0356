import type { FrameAddress } from "./addresses.ts";
import { type Frame, newFrame } from "./execution-state.ts";
import { given } from "../../given.ts";
import { assert } from "../../result.ts";
import { WAVE_EVENTS } from "./fact.ts";
import type { WaveScheduled } from "./redrive-facts.ts";
import type { ForeachPhase, ScheduledRun, TaskPhase, Wave } from "./phase.ts";

/** Iterations that were entered together and have no record yet: only this file and `frameAt` know of them. */

/** What an iteration is at, as long as its wave speaks for it. */
export const PHASE_IN_WAVE = "task";

/** The open wave that an index was entered with. Waves are in the order of their indexes. */
export function waveOf({ waves }: ForeachPhase, index: number): Wave | undefined {
  let low = 0;
  let high = waves.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((waves[middle]?.to ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  const wave = waves[low];
  return wave && wave.from <= index ? wave : undefined;
}

/** The frame of an iteration as its wave tells it; undefined once the wave no longer speaks for it. */
export function madeUpFrame(address: FrameAddress, body: number, wave: Wave): Frame | undefined {
  const { index } = address;
  const last = wave.open.get(index);
  if (last === undefined) return undefined;
  const began = iterationEvent(wave, index);
  const attempt = wave.scheduled?.attempt ?? 1;
  const frame = { entered: began + 1, last, attempt };
  if (wave.again) return { ...newFrame(address, body, { is: "again" }, began), ...frame };
  const phase: TaskPhase = {
    is: PHASE_IN_WAVE,
    submitted: last !== startedEvent(wave, index),
    ...(wave.since !== undefined && { since: wave.since }),
    ...(wave.dueAt !== undefined && { dueAt: wave.dueAt }),
  };
  return { ...newFrame(address, body, phase, began), ...frame };
}

/** From now on the iteration has a record of its own. */
export function leaveWave({ waves }: ForeachPhase, wave: Wave, index: number): void {
  if (wave.open.get(index) === startedEvent(wave, index)) wave.unsubmitted--;
  wave.open.delete(index);
  if (wave.open.size === 0) waves.splice(waves.indexOf(wave), 1);
}

/** Iterations of a wave whose messages no queue has confirmed. */
export function* unsubmittedIn(wave: Wave): Generator<number> {
  if (wave.unsubmitted === 0) return;
  for (const [index, last] of wave.open) if (last === startedEvent(wave, index)) yield index;
}

/** The IterationEntered event of an iteration of a wave. */
export function iterationEvent(
  { firstEvent, from }: Pick<Wave, "firstEvent" | "from">,
  index: number,
): number {
  return firstEvent + (index - from) * WAVE_EVENTS;
}

/** The TaskStarted event of an iteration of a wave. */
export function startedEvent(wave: Pick<Wave, "firstEvent" | "from" | "scheduled">, index: number): number {
  if (!wave.scheduled) return iterationEvent(wave, index) + WAVE_EVENTS - 1;
  const [first, , event] = runAt(wave.scheduled.runs, index);
  return event + 2 * (index - first) + 1;
}

function runAt(runs: readonly ScheduledRun[], index: number): ScheduledRun {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.[0] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const run = runs[low];
  assert(run, "a wave that is scheduled anew has a run for each index");
  return run;
}

/** The wave once it is scheduled anew, by a fact whose first event is `event`. */
export function scheduledAgain(
  { from, to, firstEvent }: Wave,
  { attempt, runs, dueAt }: Pick<WaveScheduled, "attempt" | "runs" | "dueAt">,
  { at, event }: { readonly at: number; readonly event: number },
): Wave {
  let next = event;
  const placed = runs.map(([first, count]): ScheduledRun => {
    const run = [first, count, next] as const;
    next += 2 * count;
    return run;
  });
  const wave = { from, to, firstEvent, scheduled: { attempt, runs: placed } };
  const open = new Map<number, number>();
  for (const [first, count] of runs)
    for (let index = first; index < first + count; index++) open.set(index, startedEvent(wave, index));
  return { ...wave, since: at, ...given({ dueAt }), open, unsubmitted: open.size };
}
