import type { Execution } from "../core/engine/contract.ts";
import { startInput, startInputText } from "../core/engine/state/navigation.ts";
import { jsonSize } from "../core/json.ts";
import { PARKED_SHOWN_MAX } from "../core/limits.ts";
import { utf8Length } from "../core/text.ts";
import type { ExecutionData, ExecutionHead } from "../core/execution-views.ts";
import type { Usage } from "../core/usage.ts";
import { readWaiting } from "./waiting-for.ts";

/** An execution at a glance. */
export function readHead(execution: Execution, usage: Usage): ExecutionHead {
  const { state, context } = execution;
  const inputText = startInputText(execution);
  const {
    id,
    version,
    status,
    startedBy,
    startedAt,
    endedAt,
    output,
    error,
    cause,
    nextEvent,
    openIterations,
  } = state.head;
  return {
    flow: id.flow,
    name: id.name,
    version,
    status,
    startedBy,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    input: startInput(execution),
    ...(inputText !== undefined && { inputText }),
    ...(output && { output: context.values.unpack(output) }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    counts: { events: nextEvent - 1, runningIterations: endedAt === undefined ? openIterations : 0 },
    usage,
    ...(endedAt === undefined && { waitingFor: readWaiting(state) }),
    ...(state.parked.size > 0 && { parked: [...state.parked.values()].slice(0, PARKED_SHOWN_MAX) }),
  };
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
