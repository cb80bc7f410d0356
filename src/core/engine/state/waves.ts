import type { FrameAddress } from "./addresses.ts";
import { type Frame, newFrame } from "./execution-state.ts";
import { WAVE_EVENTS } from "./fact.ts";
import type { ForeachPhase, TaskPhase, Wave } from "./phase.ts";

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
  const phase: TaskPhase = {
    is: PHASE_IN_WAVE,
    submitted: last !== startedEvent(wave, index),
    ...(wave.since !== undefined && { since: wave.since }),
    ...(wave.dueAt !== undefined && { dueAt: wave.dueAt }),
  };
  const began = iterationEvent(wave, index);
  return { ...newFrame(address, body, phase, began), entered: began + 1, last, attempt: 1 };
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
export function startedEvent(wave: Pick<Wave, "firstEvent" | "from">, index: number): number {
  return iterationEvent(wave, index) + WAVE_EVENTS - 1;
}
