import { type Flow, type Step, type StepList, stepOf } from "../fdl/flow.ts";
import { assert } from "../result.ts";
import type { Execution, Moment } from "./contract.ts";
import { closeStep, materialize } from "./frame-changes.ts";
import { childAddress } from "./state/addresses.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { addressOf, isEntered, listAt, listOf, openPhase, positionOf, stepAt } from "./state/navigation.ts";
import type { ControlPhase, ForeachPhase, Phase } from "./state/phase.ts";
import type { ExecutionRedriven } from "./state/redrive-facts.ts";

/** An execution goes on with another version: what is open finds its place by names. What is closed keeps its era's. */
export function beginEra(
  execution: Execution,
  { version, start, from }: ExecutionRedriven,
  { at, event }: Pick<Moment, "at" | "event">,
): void {
  const { state, context } = execution;
  const { head } = state;
  if (version === undefined || !start) return;
  const flow = context.flows.ofStart(context.values, start);
  // What goes back keeps nothing open.
  if (!from) moveAll(execution, flow, at);
  const eras = head.eras ?? [{ fromEvent: 1, version: head.version, start: head.start }];
  head.eras = [...eras, { fromEvent: event, version, start }];
  head.version = version;
  state.flow = flow;
}

function moveAll(execution: Execution, flow: Flow, at: number): void {
  const { state } = execution;
  // Iterations need no records as long as they stand at the first step of their list, and that is a task like theirs.
  for (const frame of state.frames.values()) {
    const phase = openPhase(frame.phase);
    if (phase.is === "foreach" && !staysInWaves(execution, frame, phase, flow, at))
      dissolve(state, frame, phase);
  }
  for (const frame of state.frames.values()) move(state, frame, flow);
}

function staysInWaves(
  { state, context }: Execution,
  frame: Frame,
  { body }: ForeachPhase,
  flow: Flow,
  at: number,
): boolean {
  const step = stepAt(flow, addressOf(state, frame));
  const first = flow.lists[stepOf(step, "foreach").body]?.steps[0];
  const isSame = first !== undefined && first.name === state.flow.lists[body]?.steps[0]?.name;
  return isSame && context.behaviours(first).waveDueAt?.(first, at) !== undefined;
}

function dissolve(state: ExecutionState, frame: Frame, { waves }: ForeachPhase): void {
  const address = addressOf(state, frame);
  // Whoever leaves a wave is no longer among those open in it.
  const indexes = waves.flatMap(({ open }) => [...open.keys()]);
  for (const index of indexes) materialize(state, childAddress(address, index));
}

function move(state: ExecutionState, frame: Frame, flow: Flow): void {
  const list = listAt(flow, frame.address);
  assert(list, `"${frame.address.text}" is in the version that the execution goes on with`);
  const old = listOf(state, frame);
  const before = old.steps[frame.position];
  const position = before ? positionOf(list, before.name) : list.steps.length;
  const step = list.steps[position];
  if (before && step && isEntered(frame)) {
    if (before.type === "wait" && step.type !== "wait") visitAgain(state, frame);
    else frame.phase = phaseIn(frame.phase, { old, list, step });
  }
  frame.list = list.id;
  frame.position = position;
}

/** Nothing waits any more where a wait was. */
function visitAgain(state: ExecutionState, frame: Frame): void {
  closeStep(state, frame, "Stopped", frame.last);
  frame.phase = { is: "ready" };
  frame.round++;
}

interface Lists {
  readonly old: StepList;
  readonly list: StepList;
  /** The open step, as it is now. */
  readonly step: Step;
}

function phaseIn(phase: Phase, lists: Lists): Phase {
  switch (phase.is) {
    case "foreach":
      return { ...phase, body: stepOf(lists.step, "foreach").body };
    case "settled": {
      const { goto, was } = phase;
      const name = goto === undefined ? undefined : lists.old.steps[goto]?.name;
      return {
        ...phase,
        ...(name !== undefined && { goto: positionOf(lists.list, name) }),
        ...(was && { was: controlIn(was, lists) }),
      };
    }
    case "failed": {
      const { kept } = phase;
      return kept?.was ? { ...phase, kept: { ...kept, was: controlIn(kept.was, lists) } } : phase;
    }
    default:
      return phase;
  }
}

function controlIn(was: ControlPhase, { step }: Lists): ControlPhase {
  return was.is === "foreach" ? { ...was, body: stepOf(step, "foreach").body } : was;
}
