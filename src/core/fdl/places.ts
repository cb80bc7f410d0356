import type { Place } from "../expr/place.ts";
import { CAUSE_LENGTH, ERROR_LENGTH, WAIT_SECONDS_MAX } from "../limits.ts";
import { parseRfc3339 } from "../time.ts";
import { ANYTHING, textOfLength, wholeNumber } from "./constants.ts";

const FLOW_CONTEXT = {
  execution: { name: true, startedTime: true },
  flow: { name: true, id: true },
} as const;
const STEP_CONTEXT = { ...FLOW_CONTEXT, step: { name: true, eventId: true } } as const;

const OWN_INPUT = "the step's input";

/** What is read of a step's input, and nothing else: whatever is needed of elsewhere is mapped into it. */
const FROM_INPUT = { reads: { self: OWN_INPUT, input: OWN_INPUT }, takesMany: true } as const;

const MAPPING = { takesMany: true, constant: ANYTHING, isBareUnclear: true } as const;

const STEP_INPUT_MAPPINGS = {
  ...MAPPING,
  name: "inputMappings",
  reads: {
    self: "the merged input: the list's, and its local variable over it",
    input: "the input of the list around",
    local: "what the list's steps gave so far",
    context: "execution, flow and step",
  },
} as const;

const STEP_OUTPUT_MAPPINGS = {
  ...MAPPING,
  name: "outputMappings",
  reads: {
    self: OWN_INPUT,
    input: OWN_INPUT,
    local: "what the step did: a task's result, a choice's outputs, an array of a parallel or foreach",
    context: "execution, flow and step",
  },
  knows: { context: STEP_CONTEXT },
} as const;

/**
 * Every place of a definition where a path may stand, and all that may stand there (spec: FDL sections 3.1 and 4). Parser,
 * diagnostics and steps read it, and the README has it as a table.
 */
export const PLACES = {
  flowInputMappings: {
    ...MAPPING,
    name: "inputMappings of the flow",
    reads: {
      self: "the execution's input",
      input: "the execution's input",
      local: "nothing",
      context: "execution and flow",
    },
    knows: { local: {}, context: FLOW_CONTEXT },
  },
  flowOutputMappings: {
    ...MAPPING,
    name: "outputMappings of the flow",
    reads: {
      self: "the flow's input",
      input: "the flow's input",
      local: "what the flow's steps gave",
      context: "execution and flow",
    },
    knows: { context: FLOW_CONTEXT },
  },
  inputMappings: { ...STEP_INPUT_MAPPINGS, knows: { context: STEP_CONTEXT } },
  taskInputMappings: {
    ...STEP_INPUT_MAPPINGS,
    name: "inputMappings of a task",
    reads: { ...STEP_INPUT_MAPPINGS.reads, context: "execution, flow, step, and the task's token" },
    knows: { context: { ...STEP_CONTEXT, task: { token: true } } },
  },
  outputMappings: STEP_OUTPUT_MAPPINGS,
  plainOutputMappings: {
    ...STEP_OUTPUT_MAPPINGS,
    name: "outputMappings of a pass, wait or succeed",
    reads: { ...STEP_OUTPUT_MAPPINGS.reads, local: "nothing" },
    knows: { ...STEP_OUTPUT_MAPPINGS.knows, local: {} },
  },
  errorMappings: {
    ...MAPPING,
    name: "errorMappings",
    reads: {
      self: OWN_INPUT,
      input: OWN_INPUT,
      local: "`error` (or `code`) and `cause` of the failure",
      context: "execution, flow and step",
    },
    knows: { local: { error: true, code: true, cause: true }, context: STEP_CONTEXT },
  },
  condition: {
    name: "a condition",
    reads: { self: OWN_INPUT },
    takesMany: false,
    constant: ANYTHING,
  },
  collection: {
    ...FROM_INPUT,
    name: "collection",
    constant: { rule: "an array", accepts: (value) => Array.isArray(value) },
  },
  duration: {
    ...FROM_INPUT,
    name: "duration",
    takesMany: false,
    constant: {
      rule: `whole seconds up to ${WAIT_SECONDS_MAX}`,
      accepts: (value) => wholeNumber(value, Number.NEGATIVE_INFINITY, WAIT_SECONDS_MAX) !== undefined,
    },
  },
  timestamp: {
    ...FROM_INPUT,
    name: "timestamp",
    takesMany: false,
    constant: {
      rule: 'an instant such as "2027-01-01T00:00:00Z"',
      accepts: (value) => typeof value === "string" && parseRfc3339(value) !== undefined,
    },
  },
  error: { ...FROM_INPUT, name: "error", constant: textOfLength(1, ERROR_LENGTH) },
  cause: { ...FROM_INPUT, name: "cause", constant: textOfLength(0, CAUSE_LENGTH) },
  /** In a queue's name: queue-choice.ts. */
  queueName: {
    ...FROM_INPUT,
    name: "a queue's name",
    takesMany: false,
    constant: { rule: "a path", accepts: () => false },
  },
  /** Of its keys each has a rule of its own: resource.ts. */
  serviceParams: { ...FROM_INPUT, name: "serviceParams", constant: ANYTHING },
} as const satisfies Record<string, Place>;
