import type { JsonObject } from "../json.ts";
import { mergeObjects } from "../expr/mapping.ts";
import { assert } from "../result.ts";
import type { Execution } from "./contract.ts";
import type { FrameAddress } from "./state/addresses.ts";
import type { Draft, DraftOf } from "./state/draft.ts";
import type { Beginning } from "./state/fork.ts";
import type { Fact, FactOf, FactType, LogMark } from "./state/fact.ts";
import { addressOf, frameAt, localOf, packedLocalOf } from "./state/navigation.ts";
import type { Packed, Values } from "./state/values.ts";

/** The definition and input of a small execution stand in its first fact, which saves a row for each. */
const START_INLINE_SIZE = 16 * 1024;

/** What an execution is started with; it stands in the head, too, which is there before any fact. */
export function sealStart(values: Values, start: JsonObject): Packed {
  return values.pack(start, START_INLINE_SIZE);
}

/** What the first step finds, where it is not the flow's first one. */
export function sealBeginning(
  values: Values,
  begin: Beginning | undefined,
): FactOf<"executionStarted">["begin"] {
  return begin && { step: begin.step, local: values.pack(begin.local) };
}

/** Gives the values of a draft their numbers: in here and nowhere else, so that a replay need not. */
export function seal(execution: Execution, draft: Draft): Fact {
  const { values } = execution.context;
  switch (draft.type) {
    case "executionSucceeded":
      return { ...draft, output: values.pack(draft.output) };
    case "taskSucceeded": {
      const { log, ...fact } = draft;
      const output = values.pack(draft.output);
      return { ...fact, frame: draft.frame.text, output, ...sealLog(execution, draft.frame, log, false) };
    }
    case "taskFailed": {
      const { log, ...fact } = draft;
      return { ...fact, frame: draft.frame.text, ...sealLog(execution, draft.frame, log, true) };
    }
    case "executionRedriven": {
      const { from, start, ...fact } = draft;
      return {
        ...fact,
        ...(start && { start: sealStart(values, start) }),
        ...(from && { from: { ...from, local: values.pack(from.local) } }),
      };
    }
    case "foreachStarted":
      return { ...draft, frame: draft.frame.text, scope: values.pack(draft.scope) };
    case "stepSucceeded":
      return { ...draft, frame: draft.frame.text, ...packOutput(execution, draft.frame, draft.output) };
    case "stepFailed":
      return sealFailure(execution, draft);
    default:
      return placed(draft);
  }
}

function sealFailure(
  execution: Execution,
  { caught, ...draft }: DraftOf<"stepFailed">,
): FactOf<"stepFailed"> {
  const fact = { ...draft, frame: draft.frame.text };
  if (!caught) return fact;
  return { ...fact, caught: { ...caught, ...packOutput(execution, draft.frame, caught.output) } };
}

/** The log of an attempt lies in a row of its own; without one that could be kept the fact tells of none. */
function sealLog(
  { state, context: { logs } }: Execution,
  address: FrameAddress,
  text: string | undefined,
  isFailure: boolean,
): { log?: LogMark } {
  if (text === undefined) return {};
  const frame = frameAt(state, address);
  assert(frame, `frame "${address.text}" is open`);
  const log = { path: addressOf(state, frame).text, attempt: frame.attempt, text };
  const mark = logs.add(state.head, log, isFailure);
  return mark ? { log: mark } : {};
}

/** An output, and the list's local variable with it where that outgrows its record: then storing it is for once. */
function packOutput(
  { state, context }: Execution,
  { text }: FrameAddress,
  output: JsonObject,
): { output: Packed; local?: Packed } {
  const frame = state.frames.get(text);
  assert(frame, `frame "${text}" is open`);
  const { values } = context;
  const packed = values.pack(output);
  const before = packedLocalOf(frame);
  if (values.join(before, packed)) return { output: packed };
  const local = values.merge(before, packed, () => mergeObjects(localOf({ context }, frame), output));
  return { output: packed, local };
}

type WithoutValues = Exclude<
  FactType,
  | "executionSucceeded"
  | "executionRedriven"
  | "taskSucceeded"
  | "taskFailed"
  | "foreachStarted"
  | "stepSucceeded"
  | "stepFailed"
>;

function placed(draft: { [T in WithoutValues]: DraftOf<T> }[WithoutValues]): Fact {
  return "frame" in draft ? { ...draft, frame: draft.frame.text } : draft;
}
