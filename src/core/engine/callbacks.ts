import { type Asked, type CallbackStand, type OpenCallback, mostPressing } from "../callback.ts";
import {
  CALLBACKS_OF_EXECUTION_TOLD,
  CALLBACKS_TOLD_EVERY_MS,
  CALLBACK_ASKED_LENGTH,
  CALLBACK_PATH_BYTES,
} from "../callback-limits.ts";
import type { Resource } from "../fdl/resource.ts";
import { utf8Length } from "../text.ts";
import { deadlineOf } from "./due-timers.ts";
import type { ReportCallbacks } from "./state/effect.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import type { FactType } from "./state/fact.ts";
import { addressOf, isRunning } from "./state/navigation.ts";
import { calledStep } from "./open-callbacks.ts";

/** What the flow is told of the callbacks that are open now. */
export function callbackStand(state: ExecutionState): CallbackStand {
  const { callbacks, frames } = state;
  if (!isRunning(state)) return { open: 0, told: [] };
  const open = Array.from(callbacks, (text) => frames.get(text)).flatMap(
    (frame) => (frame && openCallback(state, frame)) ?? [],
  );
  const short = open.filter(({ path }) => utf8Length(path) <= CALLBACK_PATH_BYTES);
  return { open: callbacks.size, told: mostPressing(short, CALLBACKS_OF_EXECUTION_TOLD) };
}

function openCallback(state: ExecutionState, frame: Frame): OpenCallback | undefined {
  const { phase, attempt } = frame;
  const step = calledStep(state, frame);
  const asked = step && askedOf(step.resource);
  if (phase.is !== "task" || !asked) return undefined;
  const { since = state.head.startedAt, dueAt = Number.POSITIVE_INFINITY } = phase;
  const path = addressOf(state, frame).text;
  return { path, attempt, since, dueAt: Math.min(dueAt, deadlineOf(state.head)), asked };
}

/** What stands before and behind the host of an address may be a secret. */
function askedOf(resource: Resource): Asked | undefined {
  switch (resource.kind) {
    case "http":
      return { kind: "http", name: shortened(/^https?:\/\/([^/?#]*)/i.exec(resource.url)?.[1] ?? "") };
    case "flow":
      return { kind: "flow", name: shortened(resource.flow ?? "") };
    case "topic":
      return { kind: "topic", name: shortened(resource.topic) };
    case "function":
      return { kind: "function", name: shortened(resource.name) };
    default:
      return undefined;
  }
}

function shortened(name: string): string {
  return name.slice(0, CALLBACK_ASKED_LENGTH);
}

/** In a pause the time limit of the execution is another. */
const MOVES_DEADLINE: ReadonlySet<FactType> = new Set(["executionPaused", "executionResumed"]);

/**
 * What is to be told because of a fact that changed which callbacks are open, of which there were so many before. It is
 * told as it stands then, so one telling takes the place of another that was not made yet, and keeps its time.
 */
export function tellingOf(
  state: ExecutionState,
  fact: FactType,
  before: number,
  { id, since }: Pick<ReportCallbacks, "id" | "since">,
): ReportCallbacks | undefined {
  const { callbacks, head } = state;
  const { size } = callbacks;
  // An earlier release told of none.
  const isNews = size !== before || (size > 0 && (!head.callbacksTold || MOVES_DEADLINE.has(fact)));
  if (!isNews || !isRunning(state)) return undefined;
  return { id: `${id}.callbacks`, since: tellingDueAt(state, since), kind: "reportCallbacks" };
}

/** One that was begun, and is not over, may have been too early for what is new. */
function tellingDueAt({ head, effects }: ExecutionState, now: number): number {
  if (!head.callbacksTold) return now;
  const { effect, at } = head.callbacksTold;
  return effects.has(effect) && at >= now ? at : Math.max(now, at + CALLBACKS_TOLD_EVERY_MS);
}
