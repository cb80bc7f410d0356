import { innerList } from "../../fdl/inner-lists.ts";
import type { Flow, Step, StepList } from "../../fdl/flow.ts";
import { type JsonObject, isJsonObject, parseOwn } from "../../json.ts";
import { assert } from "../../result.ts";
import { type FrameAddress, type StepAddress, childAddress, stepAddress } from "./addresses.ts";
import type { IterationResult, Visit } from "./closed.ts";
import type { ExecutionState, Frame, Stored } from "./execution-state.ts";
import type { AwaitedChild } from "./fact.ts";
import type { ForeachPhase, Phase, Wave } from "./phase.ts";
import { NO_RUNS, type Runs, inRuns } from "./runs.ts";
import { madeUpFrame, waveOf } from "./waves.ts";
import { EMPTY, EMPTY_TEXT, type Packed } from "./values.ts";
import { VisitLog } from "./visits.ts";

/** Finds one's way in a state. Nothing changes here. */

/** A state, and what it refers to. */
interface Whole {
  readonly state: ExecutionState;
  readonly context: Stored;
}

export function isRunning({ head }: ExecutionState): boolean {
  return head.status === "Running";
}

/** The version that an event is told by: the execution may have gone on with another one since. */
export function flowAt({ state, context }: Whole, event: number): Flow {
  const { eras = [] } = state.head;
  const era = eras.findLast(({ fromEvent }) => fromEvent <= event);
  return !era || era === eras.at(-1) ? state.flow : context.flows.ofStart(context.values, era.start);
}

/** What the execution was started with. */
export function startInput({ state, context }: Whole): JsonObject {
  const { input = null } = context.values.unpack(state.head.start);
  assert(isJsonObject(input), "an execution starts with an object");
  return input;
}

/** How its client wrote that, where it is not our own writing. */
export function startInputText({ state, context }: Whole): string | undefined {
  const { inputText } = context.values.unpack(state.head.start);
  return typeof inputText === "string" ? inputText : undefined;
}

export function listOf({ flow }: ExecutionState, frame: Frame): StepList {
  const list = flow.lists[frame.list];
  assert(list, `list ${frame.list} exists`);
  return list;
}

/** Of a step that the list is known to have. */
export function positionOf(list: StepList | undefined, name: string): number {
  const position = list?.steps.findIndex((step) => step.name === name) ?? -1;
  assert(position >= 0, `the list has a step "${name}"`);
  return position;
}

/** The local variable of a list, in full: nobody keeps it so. */
export function localOf({ context }: Pick<Whole, "context">, { localText }: Frame): JsonObject {
  return context.values.unpackText(localText);
}

export function packedLocalOf({ localText }: Frame): Packed {
  return localText === EMPTY_TEXT ? EMPTY : parseOwn<Packed>(localText);
}

/** The step that is open in a frame, or comes next. */
export function openStep(state: ExecutionState, frame: Frame): Step {
  const step = listOf(state, frame).steps[frame.position];
  assert(step, `a step is open in frame "${frame.address.text}"`);
  return step;
}

/** Whether a frame's step is open: entered, and not over. */
export function isEntered({ phase }: Pick<Frame, "phase">): boolean {
  if (phase.is === "failed") return phase.kept !== undefined;
  return phase.is !== "ready" && !(phase.is === "retry" && phase.revisit);
}

/** What is open in a frame, or was when its step failed for good. */
export function openPhase(phase: Phase): Phase {
  if (phase.is === "settled") return phase.was ?? phase;
  return (phase.is === "failed" && phase.kept?.was) || phase;
}

/** The address of the step that is open in a frame. */
export function addressOf(state: ExecutionState, frame: Frame): StepAddress {
  return stepAddress(frame.address, openStep(state, frame).name, frame.round);
}

/** THE way to read a frame: one with a record, or an iteration that is still as its wave tells it. */
export function frameAt(state: ExecutionState, address: FrameAddress): Frame | undefined {
  const stored = state.frames.get(address.text);
  if (stored) return stored;
  const found = waveAt(state, address);
  return found && madeUpFrame(address, found.phase.body, found.wave);
}

/** The wave that still speaks for an iteration, and the foreach that it belongs to. */
export function waveAt(
  state: ExecutionState,
  address: FrameAddress,
): { readonly owner: Frame; readonly phase: ForeachPhase; readonly wave: Wave } | undefined {
  const owner = ownerOf(state, address);
  const phase = owner && openPhase(owner.phase);
  if (!owner || phase?.is !== "foreach") return undefined;
  const wave = waveOf(phase, address.index);
  return wave?.open.has(address.index) ? { owner, phase, wave } : undefined;
}

/** The frame of the control step that owns a frame, with that step open in it. Whoever owns frames has a record. */
export function ownerOf(state: ExecutionState, { owner }: FrameAddress): Frame | undefined {
  const frame = owner && state.frames.get(owner.frame.text);
  if (!frame || frame.round !== owner.round) return undefined;
  return listOf(state, frame).steps[frame.position]?.name === owner.step ? frame : undefined;
}

/** The list that a frame runs, by the names in its address: closed frames have no record that would tell. */
export function listAt(flow: Flow, { owner, index }: FrameAddress): StepList | undefined {
  if (!owner) return flow.lists[0];
  const step = stepAt(flow, owner);
  const list = step && innerList(step, index);
  return list === undefined ? undefined : flow.lists[list];
}

export function stepAt(flow: Flow, { frame, step }: StepAddress): Step | undefined {
  return listAt(flow, frame)?.steps.find(({ name }) => name === step);
}

/** Closed iterations of a foreach with indexes in [from, to), in any order: of those that were reopened, the last end. */
export function resultsOf(
  { state, context }: Whole,
  address: StepAddress,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): IterationResult[] {
  const again = againOf(state, address);
  const kept = keptResultsOf({ state, context }, address, from, to);
  if (!again) return kept;
  const isOver = ({ index }: IterationResult) =>
    !inRuns(again, index) && !state.frames.has(childAddress(address, index).text);
  return kept.filter(isOver);
}

/** The last end of each that ever ended, also where it goes on. */
export function keptResultsOf(
  { state, context }: Whole,
  { text }: StepAddress,
  from: number,
  to: number,
): IterationResult[] {
  const unsaved = state.results.get(text) ?? [];
  const kept = [
    ...context.reader.readResults(text, from, to),
    ...unsaved.filter(({ index }) => from <= index && index < to),
  ];
  return [...new Map(kept.map((result) => [result.index, result])).values()];
}

/** Failures that wait to be tried again; undefined where none can have been: the foreach is open, and none ever was. */
function againOf(state: ExecutionState, { frame: { text }, step, round }: StepAddress): Runs | undefined {
  const frame = state.frames.get(text);
  const phase = frame && openPhase(frame.phase);
  const isOpen = frame?.round === round && listOf(state, frame).steps[frame.position]?.name === step;
  if (!phase || !isOpen) return NO_RUNS;
  return phase.is === "foreach" ? phase.again : undefined;
}

/** Closed steps of a frame, open or closed itself, in the order in which they ended. */
export function visitsOf(execution: Whole, { text, owner, index }: FrameAddress): VisitLog {
  const frame = execution.state.frames.get(text);
  const closed = !frame && owner ? keptResultsOf(execution, owner, index, index + 1)[0] : undefined;
  const { visits, storedVisits } = frame ?? closed ?? { visits: [], storedVisits: 0 };
  const { reader } = execution.context;
  return new VisitLog((block) => reader.readVisits(text, block), storedVisits, visits);
}

/** The step that a visit in a frame was one of. */
export function stepOfVisit(
  execution: Whole,
  frame: FrameAddress,
  { position, ended }: Visit,
): Step | undefined {
  return listAt(flowAt(execution, ended), frame)?.steps[position];
}

/** Whether a frame lies in an iteration, however deep. */
export function isInForeach(state: ExecutionState, { address }: Pick<Frame, "address">): boolean {
  const owner = ownerOf(state, address);
  return owner !== undefined && (openPhase(owner.phase).is === "foreach" || isInForeach(state, owner));
}

/** The child that the task waits for which is open in a frame, if it does. */
export function awaitedChildren(state: ExecutionState, frame: Frame): AwaitedChild[] {
  const { phase, attempt } = frame;
  if (phase.is !== "task" || !phase.child) return [];
  return [{ ...phase.child, path: addressOf(state, frame).text, attempt }];
}

/** The queue that the input of the task chose which is open in a frame: its message may lie there. */
export function chosenQueues({ phase }: Frame): string[] {
  return phase.is === "task" && phase.queue !== undefined ? [phase.queue] : [];
}
