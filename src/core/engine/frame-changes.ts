import { assert } from "../result.ts";
import { countCallback } from "./open-callbacks.ts";
import { frameBytes } from "./open-memory.ts";
import type { FrameAddress } from "./state/addresses.ts";
import { type ExecutionState, type Frame, newFrame } from "./state/execution-state.ts";
import type { Visit, VisitStatus } from "./state/closed.ts";
import { openPhase, waveAt } from "./state/navigation.ts";
import { type Phase, iterationsOf } from "./state/phase.ts";
import { leaveWave, madeUpFrame } from "./state/waves.ts";

/** The tools of `evolve`; nobody else changes a frame. */

/** A frame for changing: from now on it has a record. */
export function materialize(state: ExecutionState, address: FrameAddress): Frame {
  state.touched.add(address.text);
  const stored = state.frames.get(address.text);
  if (stored) return stored;
  const found = waveAt(state, address);
  const frame = found && madeUpFrame(sharingOwner(state, address), found.phase.body, found.wave);
  assert(frame, `frame "${address.text}" is open`);
  leaveWave(found.phase, found.wave, address.index);
  state.touched.add(found.owner.address.text);
  state.frames.set(address.text, frame);
  return frame;
}

/** The same address, made of its owner's: with others of the same owner it has that in common, and does not keep its own. */
function sharingOwner({ frames }: ExecutionState, address: FrameAddress): FrameAddress {
  const { owner } = address;
  const frame = owner && frames.get(owner.frame.text)?.address;
  return frame ? { ...address, owner: { ...owner, frame } } : address;
}

/** What a frame takes in memory, and whether it waits for a callback, may be another now. */
export function recharge(state: ExecutionState, { text }: FrameAddress): void {
  const { frames, memory } = state;
  const frame = frames.get(text);
  if (!frame) return;
  memory.release(frame.charged);
  frame.charged = frameBytes(state, frame);
  memory.charge(frame.charged);
  countCallback(state, frame);
}

export function removeFrame(state: ExecutionState, { address, charged }: Frame): void {
  state.memory.release(charged);
  state.frames.delete(address.text);
  state.waitingForRoom.delete(address.text);
  state.callbacks.delete(address.text);
  state.touched.add(address.text);
}

/** A frame as it was stored. */
export function restoreFrame(state: ExecutionState, frame: Frame): void {
  const { text } = frame.address;
  state.frames.set(text, { ...frame, address: sharingOwner(state, frame.address) });
  recharge(state, frame.address);
}

/** A list begins. */
export function openFrame(state: ExecutionState, address: FrameAddress, list: number, began: number): void {
  state.frames.set(address.text, newFrame(sharingOwner(state, address), list, { is: "ready" }, began));
  recharge(state, address);
  state.touched.add(address.text);
  state.runnable.push(address.text);
}

export function becomeRunnable(state: ExecutionState, frame: Frame, phase: Phase): void {
  frame.phase = phase;
  state.runnable.push(frame.address.text);
}

export function countRetry(frame: Frame, policy: number): void {
  const retries = [...frame.retries];
  retries[policy] = (retries[policy] ?? 0) + 1;
  frame.retries = Array.from(retries, (used) => used ?? 0);
}

export function closeStep(state: ExecutionState, frame: Frame, status: VisitStatus, ended: number): void {
  const visit: Visit = {
    position: frame.position,
    round: frame.round,
    status,
    entered: frame.entered,
    ended,
    attempts: Math.max(1, frame.attempt),
    ...iterationsOf(openPhase(frame.phase)),
    ...inheritanceOf(frame.phase),
  };
  frame.visits.push(visit);
  frame.last = ended;
  state.touched.add(frame.address.text);
}

function inheritanceOf(now: Phase): Pick<Visit, "inherits"> {
  const phase = openPhase(now);
  const isHeir = phase.is === "foreach" || phase.is === "ready" || phase.is === "settled";
  return isHeir && phase.inherits !== undefined ? { inherits: phase.inherits } : {};
}
