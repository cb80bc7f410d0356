import type { Execution } from "../engine/contract.ts";
import { type Fact, type FactOf, type FactType, WAVE_EVENTS, eventsOf } from "../engine/state/fact.ts";
import { ITEM_STOPPED } from "../engine/state/fan-facts.ts";
import type { Runs } from "../engine/state/runs.ts";
import { childAddress, stepAddress } from "../engine/state/addresses.ts";
import { iterationEvent } from "../engine/state/waves.ts";
import { startInput, stepAt } from "../engine/state/navigation.ts";
import { type StepInputs, inputOf, shownInput } from "../engine/scope.ts";
import { given } from "../given.ts";
import type { JournalRow } from "../engine/kept/store.ts";
import { toRfc3339 } from "../time.ts";
import { type StepOf, stepOf } from "../fdl/flow.ts";
import { type InnerKind, innerKind } from "../fdl/inner-lists.ts";
import type { EventType, HistoryEvent } from "./event.ts";
import { RowViews } from "./row-views.ts";

/** What stands for a task's token in an event: never the token. */
export type TokenMark = (stepPath: string, attempt: number) => string;

/** An event without what all events of its fact share. */
type Told = readonly [
  type: EventType,
  cause: number,
  stepName: string,
  stepPath: string,
  detail: HistoryEvent["detail"],
];

interface Teller {
  readonly views: RowViews;
  readonly mark: TokenMark;
}

/** Gives the event at an offset of a fact whose first event is `event`. */
type Tell<T extends FactType> = (teller: Teller, fact: FactOf<T>, event: number, offset: number) => Told;

/** The events of one row with ids in [from, to), as they were when they happened. */
export function* renderRow(
  execution: Execution,
  row: JournalRow,
  from: number,
  to: number,
  mark: TokenMark,
): Generator<HistoryEvent> {
  const views = new RowViews(execution, row);
  let event = row.event;
  for (const fact of row.facts) {
    const end = event + eventsOf(fact);
    for (let id = Math.max(from, event); id < Math.min(to, end); id++) {
      const [type, cause, stepName, stepPath, detail] = tell({ views, mark }, fact, event, id - event);
      const work = REPORTS.has(type) ? workOf(fact) : {};
      yield { eventId: id, scheduleEventId: cause, type, stepName, stepPath, at: row.at, detail, ...work };
    }
    if (end >= to) return;
    views.track(fact, event);
    event = end;
  }
}

const REPORTS: ReadonlySet<EventType> = new Set(["TaskSucceeded", "TaskFailed"]);

function workOf(fact: Fact): Pick<HistoryEvent, "worker" | "takenAt"> {
  if (fact.type !== "taskSucceeded" && fact.type !== "taskFailed") return {};
  const { worker, takenAt } = fact.by ?? {};
  return given({ worker, takenAt });
}

function tell<T extends FactType>(teller: Teller, fact: FactOf<T>, event: number, offset: number): Told {
  return (TELL[fact.type] as Tell<T>)(teller, fact, event, offset);
}

/** An event of a frame's open step. */
function ofStep(
  { views }: Teller,
  frame: string,
  type: EventType,
  cause: number,
  detail: HistoryEvent["detail"],
): Told {
  return [type, cause, views.step(frame).name, views.address(frame).text, detail];
}

function ofExecution(views: RowViews, type: EventType, detail: HistoryEvent["detail"]): Told {
  return [type, views.of("").last, "", "", detail];
}

const nothing = (): never => {
  throw new Error("Broken invariant: this fact has no events");
};

const TELL: { readonly [T in FactType]: Tell<T> } = {
  executionStarted: ({ views }, { forkedFrom }) => {
    const detail = { input: startInput(views.execution), ...given({ forkedFrom }) };
    return ["ExecutionStarted", 0, "", "", detail];
  },
  stepEntered: (teller, { frame, position }, event, offset) => {
    const { views, mark } = teller;
    const view = views.of(frame);
    const cause = view.last;
    Object.assign(view, { position, entered: event });
    if (offset === 0)
      return ofStep(teller, frame, "StepEntered", cause, { input: views.input(frame), local: view.local });
    return ofStep(teller, frame, "StepStarted", event, markedInput(views, frame, mark, 1));
  },
  stepSucceeded: (teller, { frame, output, warnings }, event, offset) => {
    const { views } = teller;
    const added = views.execution.context.values.unpack(output);
    const { last, local } = views.of(frame);
    if (offset === 0)
      return ofStep(teller, frame, "StepSucceeded", last, { output: added, ...(warnings && { warnings }) });
    return ofStep(teller, frame, "StepExited", event, { local: { ...local, ...added } });
  },
  stepFailed: (teller, { frame, error, cause, caught, again }, event, offset) => {
    const { views } = teller;
    const { last, local, list, position } = views.of(frame);
    const output = caught ? views.execution.context.values.unpack(caught.output) : {};
    if (offset === 1) return ofStep(teller, frame, "StepExited", event, { local: { ...local, ...output } });
    const next = caught ? caught.goto : again && position;
    const goto = next === undefined ? undefined : views.flow.lists[list]?.steps[next]?.name;
    return ofStep(teller, frame, "StepFailed", last, {
      error,
      cause,
      ...(goto !== undefined && { output, goto }),
    });
  },
  taskScheduled: (teller, { frame, attempt }, event, offset) => {
    const { views, mark } = teller;
    if (offset === 1) return ofStep(teller, frame, "TaskStarted", event, {});
    const step = stepOf(views.step(frame), "task");
    const { last } = views.of(frame);
    return ofStep(
      teller,
      frame,
      "TaskScheduled",
      last,
      scheduled(step, markedInput(views, frame, mark, attempt)),
    );
  },
  taskSubmitted: (teller, { frame }) =>
    ofStep(teller, frame, "TaskSubmitted", teller.views.of(frame).last, { output: {} }),
  tasksSubmitted: ({ views }, { frame, wave, firstEvent, runs, started }, _, offset) => {
    const { index, run, within } = placeOf(runs, offset);
    const step = views.flow.lists[stepOf(views.step(frame), "foreach").body]?.steps[0];
    const first = started?.[run];
    const cause =
      first === undefined
        ? iterationEvent({ firstEvent, from: wave }, index) + WAVE_EVENTS - 1
        : first + 2 * within;
    const iteration = childAddress(views.address(frame), index);
    const name = step?.name ?? "";
    return ["TaskSubmitted", cause, name, stepAddress(iteration, name, 1).text, { output: {} }];
  },
  waveScheduled: (teller, { frame, wave, firstEvent, attempt, runs, after }, event, offset) => {
    const { index } = placeOf(runs, Math.floor(offset / 2));
    const first = iterationEvent({ firstEvent, from: wave }, index);
    const task = ofIteration(teller, frame, index, first, attempt);
    if (offset % 2 === 1) return ["TaskStarted", event + offset - 1, task.step.name, task.path, {}];
    return ["TaskScheduled", after, task.step.name, task.path, scheduled(task.step, task.own())];
  },
  taskSubmitFailed: (teller, { frame, error, cause }) =>
    ofStep(teller, frame, "TaskSubmitFailed", teller.views.of(frame).last, { error, cause }),
  taskSucceeded: (teller, { frame, output, impliesSubmitted }, event, offset) => {
    const { values } = teller.views.execution.context;
    return answered(teller, frame, event, offset, impliesSubmitted, "TaskSucceeded", {
      output: values.unpack(output),
    });
  },
  taskFailed: (teller, { frame, error, cause, impliesSubmitted }, event, offset) =>
    answered(teller, frame, event, offset, impliesSubmitted, "TaskFailed", { error, cause }),
  taskTimedOut: (teller, { frame, error = "FnF.TaskTimeout" }) =>
    ofStep(teller, frame, "TaskTimedOut", teller.views.of(frame).last, { error }),
  tasksLate: nothing,
  taskHeartbeat: nothing,
  whereaboutsAsked: nothing,
  taskLocated: nothing,
  retryPlanned: nothing,
  foreachStarted: nothing,
  iterationsEntered: (teller, { frame, from }, event, offset) => {
    const index = from + Math.floor(offset / WAVE_EVENTS);
    return ofWave(
      teller,
      frame,
      index,
      iterationEvent({ firstEvent: event, from }, index),
      offset % WAVE_EVENTS,
    );
  },
  parallelStarted: nothing,
  childEntered: ({ views }, { frame, index }) => {
    const step = views.step(frame);
    const kind = innerKind(step);
    const detail = { input: views.childInput(frame, index), ...(kind === "iteration" && { index }) };
    const path = childAddress(views.address(frame), index).text;
    return [childEvent(kind, "Entered"), views.of(frame).entered + 1, step.name, path, detail];
  },
  childExited: ({ views }, { frame }) => exited(views, frame, {}),
  childTolerated: ({ views }, { frame, error, cause }) => exited(views, frame, { error, cause }),
  childFailed: nothing,
  optionEntered: nothing,
  optionExited: nothing,
  pauseStarted: nothing,
  pauseEnded: nothing,
  executionSucceeded: ({ views }, { output }) =>
    ofExecution(views, "ExecutionSucceeded", { output: views.execution.context.values.unpack(output) }),
  executionFailed: ({ views }, { error, cause }) => ofExecution(views, "ExecutionFailed", { error, cause }),
  executionStopped: ({ views }, { error, cause }) => ofExecution(views, "ExecutionStopped", { error, cause }),
  executionTimedOut: ({ views }) => ofExecution(views, "ExecutionTimedOut", { error: "FnF.Timeout" }),
  fanAdjusted: nothing,
  fanFailed: nothing,
  itemsSkipped: ({ views }, { frame, stopped = [], cause }, _, offset) => {
    const { index } = placeOf(stopped, offset);
    const path = childAddress(views.address(frame), index).text;
    const detail = { error: ITEM_STOPPED, cause };
    return ["IterationExited", views.of(frame).entered + 1, views.step(frame).name, path, detail];
  },
  itemsRetried: nothing,
  childReopened: nothing,
  executionPaused: ({ views }, { by, reason, until }) =>
    ofExecution(views, "ExecutionPaused", {
      by,
      ...given({ reason, until: until === undefined ? undefined : toRfc3339(until) }),
    }),
  executionResumed: ({ views }, { by }) => ofExecution(views, "ExecutionResumed", given({ by })),
  parentJoined: nothing,
  executionRedriven: ({ views }, { redrives, by, reason, version, from }) => {
    const { step, inherits } = from ?? {};
    const detail = { redrive: redrives, by, ...given({ reason, version, from: step, inherits }) };
    return ofExecution(views, "ExecutionRedriven", detail);
  },
  effectDone: nothing,
  effectParked: nothing,
  effectsRetried: nothing,
};

/** The end of an attempt, before which the submission is told if the report came first. */
function answered(
  teller: Teller,
  frame: string,
  event: number,
  offset: number,
  impliesSubmitted: boolean | undefined,
  type: EventType,
  detail: HistoryEvent["detail"],
): Told {
  const { last } = teller.views.of(frame);
  if (!impliesSubmitted) return ofStep(teller, frame, type, last, detail);
  if (offset === 0) return ofStep(teller, frame, "TaskSubmitted", last, { output: {} });
  return ofStep(teller, frame, type, event, detail);
}

/** The task that an iteration of a wave begins with; `first` is its IterationEntered event. */
function ofIteration({ views, mark }: Teller, frame: string, index: number, first: number, attempt: number) {
  const { body } = stepOf(views.step(frame), "foreach");
  const iteration = childAddress(views.address(frame), index);
  const input = views.childInput(frame, index);
  const step = stepOf(views.flow.lists[body]?.steps[0], "task");
  const { state, context } = views.execution;
  const { behaviours } = context;
  const inputs: StepInputs = { head: state.head, behaviours, step, entered: first + 1, input, local: {} };
  const path = stepAddress(iteration, step.name, 1).text;
  return { iteration, input, step, path, own: () => shownInput(step, inputOf(inputs, mark(path, attempt))) };
}

/** One event of an iteration that was entered with its wave. */
function ofWave(teller: Teller, frame: string, index: number, first: number, nthEvent: number): Told {
  const { views } = teller;
  const task = ofIteration(teller, frame, index, first, 1);
  const { iteration, input, step, path: stepPath, own } = task;
  const { name } = views.step(frame);
  if (nthEvent === 0)
    return ["IterationEntered", views.of(frame).entered + 1, name, iteration.text, { input, index }];
  const cause = first + nthEvent - 1;
  if (nthEvent === 1) return ["StepEntered", cause, step.name, stepPath, { input, local: {} }];
  if (nthEvent === 2) return ["StepStarted", cause, step.name, stepPath, own()];
  if (nthEvent === 3) return ["TaskScheduled", cause, step.name, stepPath, scheduled(step, own())];
  return ["TaskStarted", cause, step.name, stepPath, {}];
}

function scheduled({ resourceArn, pattern, timeoutSeconds }: StepOf<"task">, input: HistoryEvent["detail"]) {
  return { resourceArn, pattern, ...input, ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
}

function markedInput(views: RowViews, frame: string, mark: TokenMark, attempt: number) {
  const inputs = views.inputs(frame);
  return shownInput(inputs.step, inputOf(inputs, mark(views.address(frame).text, attempt)));
}

function childEvent(kind: InnerKind | undefined, what: "Entered" | "Exited"): EventType {
  return kind === "branch" ? `Branch${what}` : `Iteration${what}`;
}

/** The end of an iteration or a branch. */
function exited(views: RowViews, frame: string, failure: HistoryEvent["detail"]): Told {
  const { last, local, address } = views.of(frame);
  const owner = address.owner && stepAt(views.flow, address.owner);
  const type = childEvent(owner && innerKind(owner), "Exited");
  return [type, last, owner?.name ?? "", frame, { local, ...failure }];
}

/** The index at an offset in runs, and where that lies: in which run, and how far from its first. */
function placeOf(runs: Runs, offset: number): { index: number; run: number; within: number } {
  let within = offset;
  for (const [run, [first, count]] of runs.entries()) {
    if (within < count) return { index: first + within, run, within };
    within -= count;
  }
  return { index: 0, run: 0, within: 0 };
}
