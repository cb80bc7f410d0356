import { firstOf, overdue } from "../core/durable/effects.ts";
import type { Execution } from "../core/engine/contract.ts";
import { EXECUTION_EFFECT_KINDS, type ExecutionEffect } from "../core/engine/state/effect.ts";
import type { ExecutionState } from "../core/engine/state/execution-state.ts";
import { failedStepOf, itemsOf } from "../core/engine/tally.ts";
import { isPending } from "../core/engine/tasks.ts";
import { given } from "../core/given.ts";
import type { Bound, ShownParking } from "../core/machine.ts";
import { startInput, startInputText } from "../core/engine/state/navigation.ts";
import { jsonSize } from "../core/json.ts";
import { utf8Length } from "../core/text.ts";
import type { ExecutionData, ExecutionHead, ExecutionStand } from "../core/execution-views.ts";
import type { Usage } from "../core/usage.ts";
import { readWaiting } from "./waiting-for.ts";

/** An execution at a glance. */
export function readHead(execution: Execution, usage: Usage, now: number): ExecutionHead {
  const { state, context } = execution;
  const parked = parkedOf(state, now);
  const inputText = startInputText(execution);
  const {
    id,
    version,
    status,
    startedBy,
    startedAt,
    endedAt,
    redrives,
    redrivenAt,
    output,
    error,
    cause,
    nextEvent,
    openIterations,
    paused,
    forkedFrom,
    eras,
  } = state.head;
  return {
    flow: id.flow,
    name: id.name,
    version,
    status,
    startedBy,
    startedAt,
    ...given({ forkedFrom }),
    ...(endedAt !== undefined && { endedAt }),
    ...(paused && { paused }),
    ...given({
      redrives,
      redrivenAt,
      eras: eras?.map(({ fromEvent, version: of }) => ({ fromEvent, version: of })),
    }),
    input: startInput(execution),
    ...(inputText !== undefined && { inputText }),
    ...(output && { output: context.values.unpack(output) }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    counts: { events: nextEvent - 1, runningIterations: endedAt === undefined ? openIterations : 0 },
    ...given({ items: itemsOf(state.head), failedStep: failedStepOf(state.head) }),
    usage,
    ...(endedAt === undefined && { waitingFor: readWaiting(state) }),
    ...(parked.length > 0 && { parked }),
  };
}

/** How it stands, in a line. */
export function readStand(state: ExecutionState): ExecutionStand {
  const { head } = state;
  const { status, endedAt, error, cause } = head;
  const [waits] = readWaiting(state, 1);
  return {
    status,
    ...given({ endedAt, error, cause, items: itemsOf(head), failedStep: failedStepOf(head), waits }),
  };
}

/** What of its effects is parked, or was not done for long though it is repeated. */
export function parkedOf(state: ExecutionState, now: number): readonly ShownParking[] {
  return firstOf(state.parked.values(), overdue(pendingOf(state), boundOf, now));
}

function boundOf({ kind }: ExecutionEffect): Bound {
  return EXECUTION_EFFECT_KINDS[kind].bound;
}

function* pendingOf(state: ExecutionState): Generator<ExecutionEffect> {
  for (const effect of state.effects.values()) if (isPending(state, effect)) yield effect;
}

/** What an execution was given and gave, where it is short enough for a list. */
export function readData(execution: Execution, maxBytes: number): ExecutionData {
  const { head } = execution.state;
  const input = startInput(execution);
  const inputText = startInputText(execution);
  const output = head.output && execution.context.values.unpack(head.output);
  return {
    ...(jsonSize(input, maxBytes) <= maxBytes && { input }),
    ...(inputText !== undefined && utf8Length(inputText) <= maxBytes && { inputText }),
    ...(output && jsonSize(output, maxBytes) <= maxBytes && { output }),
  };
}
