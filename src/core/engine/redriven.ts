import { given } from "../given.ts";
import { SECOND_MS } from "../time.ts";
import { restore } from "./due-timers.ts";
import type { Execution, Moment } from "./contract.ts";
import { closeStep, materialize, recharge, removeFrame } from "./frame-changes.ts";
import { beginEra } from "./next-era.ts";
import { type FrameAddress, ROOT } from "./state/addresses.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import type { ExecutionRedriven, GoneBack } from "./state/redrive-facts.ts";
import { isEntered, positionOf } from "./state/navigation.ts";
import type { AgainPhase, KeptVisit, Phase, TaskPhase } from "./state/phase.ts";
import { uncountItems } from "./tally.ts";

/** What `executionRedriven` does to the memory: an execution that had ended is as it was before, and goes on. */
export function redrive(
  execution: Execution,
  fact: ExecutionRedriven,
  { at, event }: Pick<Moment, "at" | "event">,
): void {
  const { state } = execution;
  beginEra(execution, fact, { at, event });
  goOn(state, fact, at);
  state.head.redrivenEvent = event;
  forgetWithdrawals(state);
  if (fact.from) goBack(state, fact.from, event);
  else for (const frame of state.frames.values()) reopen(state, frame, fact.children !== "new", event);
  restore(state);
  // What lies deeper goes on first, so that its owner finds it under way.
  const depths = new Map(state.runnable.map((path) => [path, depthOf(state.frames.get(path)?.address)]));
  state.runnable.sort((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0));
}

function goOn({ head, flow }: ExecutionState, { redrives, parent, lineage }: ExecutionRedriven, at: number) {
  for (const key of ["endedAt", "error", "cause", "output", "startedFor", "lineage", "paused"] as const)
    delete head[key];
  head.status = "Running";
  head.redrives = redrives;
  head.redrivenAt = at;
  head.deadlineAt = at + flow.timeoutSeconds * SECOND_MS;
  head.parents = parent ? [parent] : [];
  if (parent) head.startedFor = parent;
  if (lineage) head.lineage = lineage;
}

/** Those that were not done in time must not meet the messages that follow. */
function forgetWithdrawals({ effects, parked }: ExecutionState): void {
  for (const { id, ...effect } of effects.values()) {
    if (effect.kind !== "withdraw" || effect.task) continue;
    effects.delete(id);
    parked.delete(id);
  }
}

/** What was open is left as it is: the flow's own list alone goes on, with its next round. */
function goBack(state: ExecutionState, { step, local, items, inherits }: GoneBack, event: number): void {
  const root = materialize(state, ROOT);
  leave(state, root);
  for (const frame of state.frames.values()) if (frame !== root) removeFrame(state, frame);
  root.position = positionOf(state.flow.lists[0], step);
  root.localText = JSON.stringify(local);
  root.phase = { is: "ready", ...given({ inherits }) };
  root.round++;
  root.attempt = 0;
  root.retries = [];
  root.last = event;
  state.head.openIterations = 0;
  if (items) uncountItems(state.head, items);
  recharge(state, ROOT);
}

/** A visit that was open is over. */
function leave(state: ExecutionState, root: Frame): void {
  if (!isEntered(root)) return;
  const { phase } = root;
  if (phase.is !== "failed" || !phase.kept) closeStep(state, root, "Stopped", root.last);
  else closeStep(state, root, phase.kept.timedOut ? "TimedOut" : "Failed", phase.kept.event);
}

function reopen(state: ExecutionState, frame: Frame, keepsChildren: boolean, event: number): void {
  const { phase } = frame;
  frame.retries = [];
  frame.phase = reopened(phase, keepsChildren);
  if (phase.is === "failed" && !phase.kept) frame.round++;
  if (frame.phase.is === "again" || frame.phase.is === "ready" || frame.address.text === ROOT.text)
    frame.last = event;
  state.touched.add(frame.address.text);
  recharge(state, frame.address);
}

/** Retries and waits keep their instants, also those that are past. */
function reopened(phase: Phase, keepsChildren: boolean): Phase {
  switch (phase.is) {
    case "task":
      return again(phase, keepsChildren);
    case "failed":
      return reopenedVisit(phase.kept, keepsChildren);
    case "settled":
      return phase.was ? reopened(phase.was, keepsChildren) : phase;
    case "foreach":
      return { ...phase, waves: phase.waves.map(({ dueAt: _, ...wave }) => ({ ...wave, again: true })) };
    default:
      return phase;
  }
}

/** A step that is no task and has no lists inside is visited anew. */
function reopenedVisit(kept: KeptVisit | undefined, keepsChildren: boolean): Phase {
  if (!kept) return { is: "ready" };
  return kept.was ? reopened(kept.was, keepsChildren) : again(kept, keepsChildren);
}

function again({ child }: TaskPhase | KeptVisit, keepsChildren: boolean): AgainPhase {
  return { is: "again", ...(child && keepsChildren && { child }) };
}

function depthOf(address: FrameAddress | undefined): number {
  return address?.owner ? depthOf(address.owner.frame) + 1 : 0;
}
