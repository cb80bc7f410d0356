import { type Mapping, type Scope, applyMappings, evaluateSource, mergeObjects } from "../expr/mapping.ts";
import type { Flow, Step, StepOf } from "../fdl/flow.ts";
import { type Json, type JsonObject, jsonSize } from "../json.ts";
import { EXECUTION_DATA_SIZE } from "../limits.ts";
import { toRfc3339 } from "../time.ts";
import type { Behaviours, Execution } from "./contract.ts";
import type { FrameAddress } from "./state/addresses.ts";
import type { Frame, HeadRecord } from "./state/execution-state.ts";
import { localOf, openStep, ownerOf, startInput } from "./state/navigation.ts";

/** Stands wherever a task token would be seen by someone other than the worker it is meant for. */
export const TOKEN_PLACEHOLDER = "[task token]";

/** What the paths of an open step can reach, apart from its local variable (spec: FDL section 3.1). */
export interface StepInputs {
  readonly head: HeadRecord;
  readonly behaviours: Behaviours;
  readonly step: Step;
  /** Its StepEntered event. */
  readonly entered: number;
  /** Input and local variable of the list it stands in. */
  readonly input: JsonObject;
  readonly local: JsonObject;
}

/** The input of a step. It is worked out whenever it is needed, never stored: nothing it depends on can change. */
export function inputOf(inputs: StepInputs, token: string = TOKEN_PLACEHOLDER): JsonObject {
  const { step, input, local } = inputs;
  const merged = mergeObjects(input, local);
  if (!step.inputMappings) return merged;
  return applyMappings(step.inputMappings, {
    input,
    local,
    self: merged,
    context: () => stepContext(inputs, token),
  });
}

/** The context object (spec: FDL section 4). */
function stepContext({ head, behaviours, step, entered }: StepInputs, token: string): JsonObject {
  return {
    ...flowContext(head),
    step: { name: step.name, eventId: entered },
    ...behaviours(step).context?.(token),
  };
}

function flowContext({ id, startedAt }: HeadRecord): JsonObject {
  return {
    execution: { name: id.name, startedTime: toRfc3339(startedAt) },
    flow: { name: id.flow, id: `${id.flow}~${id.generation}` },
  };
}

/** The flow's own input: the start's, through the flow's inputMappings. */
export function flowInput(flow: Flow, head: HeadRecord, input: JsonObject): JsonObject {
  if (!flow.inputMappings) return input;
  return applyMappings(flow.inputMappings, {
    input,
    local: {},
    self: input,
    context: () => flowContext(head),
  });
}

export function flowOutput(execution: Execution, local: JsonObject): JsonObject {
  const { flow, head } = execution.state;
  if (!flow.outputMappings) return local;
  const own = flowInput(flow, head, startInput(execution));
  return applyMappings(flow.outputMappings, {
    input: own,
    local,
    self: own,
    context: () => flowContext(head),
  });
}

/** The input of a serial list: the flow's, or what its control step gives it. */
function frameInput(execution: Execution, address: FrameAddress): JsonObject {
  const { state, context } = execution;
  const owner = ownerOf(state, address);
  if (!owner) return flowInput(state.flow, state.head, startInput(execution));
  return context.behaviours(openStep(state, owner)).childInput(execution, owner, address.index);
}

function inputsOf(execution: Execution, frame: Frame): StepInputs {
  const { state, context } = execution;
  const { entered, address } = frame;
  return {
    head: state.head,
    behaviours: context.behaviours,
    step: openStep(state, frame),
    entered,
    input: frameInput(execution, address),
    local: localOf(execution, frame),
  };
}

export function stepInput(execution: Execution, frame: Frame, token: string = TOKEN_PLACEHOLDER): JsonObject {
  return inputOf(inputsOf(execution, frame), token);
}

/**
 * An input for people to see. One that mappings made larger than any input may be is not there: the step failed for it,
 * or its task will.
 */
export function shownInput({ inputMappings }: Step, input: JsonObject): { input?: JsonObject } {
  const isTooLarge =
    inputMappings !== undefined && jsonSize(input, EXECUTION_DATA_SIZE) > EXECUTION_DATA_SIZE;
  return isTooLarge ? {} : { input };
}

/** What paths inside a step read, apart from its inputMappings. */
export function stepScope(execution: Execution, frame: Frame, local: Json = {}): Scope {
  return scopeOf(inputsOf(execution, frame), local);
}

/** What a foreach of the flow's own list would go through if it was entered next, with the list's local variable so. */
export function collectionOf(
  execution: Execution,
  step: StepOf<"foreach">,
  local: JsonObject,
  flow: Flow,
): Json | undefined {
  const { state, context } = execution;
  const { head } = state;
  const input = flowInput(flow, head, startInput(execution));
  // Behind the event that tells of the redrive.
  const entered = head.nextEvent + 1;
  return evaluateSource(
    step.collection,
    scopeOf({ head, behaviours: context.behaviours, step, entered, input, local }, {}),
  );
}

function scopeOf(inputs: StepInputs, local: Json): Scope {
  const input = inputOf(inputs);
  return { input, local, self: input, context: () => stepContext(inputs, TOKEN_PLACEHOLDER) };
}

/** What a step's mappings make of its input and its local variable. */
export function mapOutput(
  execution: Execution,
  frame: Frame,
  mappings: readonly Mapping[],
  local: Json,
): JsonObject {
  return applyMappings(mappings, stepScope(execution, frame, local));
}
