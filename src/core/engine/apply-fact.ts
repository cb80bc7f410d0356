import { tellingOf } from "./callbacks.ts";
import { type EvolveTable, type Execution, type LeftBehind, type Moment, NOTHING_LEFT } from "./contract.ts";
import { evolveGeneral } from "./evolve.ts";
import { recharge } from "./frame-changes.ts";
import { evolveStandstill } from "./pause.ts";
import { react } from "./react.ts";
import { type FrameAddress, ROOT, parseFrameAddress } from "./state/addresses.ts";
import type { ExecutionEffect, ReportCallbacks } from "./state/effect.ts";
import type { ExecutionState } from "./state/execution-state.ts";
import { type Fact, type FactOf, type FactType, eventsOf } from "./state/fact.ts";
import { evolveChildren } from "./steps/children.ts";
import { evolveChoice } from "./steps/choice.ts";
import { evolveFanChanges } from "./steps/fan-changes.ts";
import { evolveForeach } from "./steps/foreach.ts";
import { evolveParallel } from "./steps/parallel.ts";
import { evolveTask } from "./steps/task.ts";
import { evolvePause } from "./steps/wait.ts";

const EVOLVE: EvolveTable<FactType> = {
  ...evolveGeneral,
  ...evolveTask,
  ...evolvePause,
  ...evolveChoice,
  ...evolveParallel,
  ...evolveForeach,
  ...evolveFanChanges,
  ...evolveChildren,
  ...evolveStandstill,
};

/** The only way in which a state changes. */
export function evolve<T extends FactType>(
  execution: Execution,
  fact: FactOf<T>,
  when: Omit<Moment, "event">,
): LeftBehind {
  const { state } = execution;
  const { head } = state;
  const left = EVOLVE[fact.type](execution, fact, { ...when, event: head.nextEvent });
  head.nextEvent += eventsOf(fact);
  // A fact changes its own frame and that one's owner, and besides opens and removes frames.
  recharge(state, when.frame);
  if (when.frame.owner) recharge(state, when.frame.owner.frame);
  return left ?? NOTHING_LEFT;
}

/**
 * Lets a fact take effect, live when it happens, and again when a restarted object reads it from its journal. Gives the
 * effects that it has.
 */
export function applyFact(
  execution: Execution,
  fact: Fact,
  at: number,
  frame: FrameAddress,
): readonly ExecutionEffect[] {
  const { state } = execution;
  const { head, effects, callbacks } = state;
  const base = { id: String(head.nextFact), since: at };
  const before = callbacks.size;
  const left = evolve(execution, fact, { at, frame });
  const telling = tellingOf(state, fact.type, before, base);
  const wanted = [...react(execution, fact, { frame, left, base }), ...(telling ? [telling] : [])];
  for (const effect of wanted) effects.set(effect.id, effect);
  if (telling) supersede(state, telling);
  head.nextFact++;
  return wanted;
}

/** What an earlier one would have told is told by this one. */
function supersede({ head, effects, parked }: ExecutionState, { id, since }: ReportCallbacks): void {
  const { effect = id } = head.callbacksTold ?? {};
  if (effect !== id) {
    effects.delete(effect);
    parked.delete(effect);
  }
  head.callbacksTold = { effect: id, at: since };
}

/** Where a fact from the journal took effect. */
export function frameOfFact({ state }: Execution, fact: Fact): FrameAddress {
  if (!("frame" in fact)) return ROOT;
  const address = state.frames.get(fact.frame)?.address ?? parseFrameAddress(fact.frame);
  if (!address) throw new Error(`Broken invariant: a fact names frame "${fact.frame}"`);
  return address;
}
