import type { Execution } from "../core/engine/state/execution-state.ts";
import { jsonSize } from "../core/json.ts";
import type { ExecutionData, ExecutionHead } from "../core/objects.ts";
import { utf8Length } from "../core/text.ts";
import type { Usage } from "../core/usage.ts";
import { readWaiting } from "./waiting-for.ts";

/** An execution at a glance. */
export function readHead(execution: Execution, usage: Usage): ExecutionHead {
  const { head, values, input, inputText } = execution;
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
  } = head;
  return {
    flow: id.flow,
    name: id.name,
    version,
    status,
    startedBy,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    input,
    ...(inputText !== undefined && { inputText }),
    ...(output && { output: values.unpack(output) }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    counts: { events: nextEvent - 1, runningIterations: endedAt === undefined ? openIterations : 0 },
    usage,
    ...(endedAt === undefined && { waitingFor: readWaiting(execution) }),
  };
}

/** What an execution was given and gave, where it is short enough for a list. */
export function readData({ head, values, input, inputText }: Execution, maxBytes: number): ExecutionData {
  const output = head.output && values.unpack(head.output);
  return {
    ...(jsonSize(input, maxBytes) <= maxBytes && { input }),
    ...(inputText !== undefined && utf8Length(inputText) <= maxBytes && { inputText }),
    ...(output && jsonSize(output, maxBytes) <= maxBytes && { output }),
  };
}
