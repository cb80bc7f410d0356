import type { Execution } from "../engine/contract.ts";
import type { ForeachScope } from "../engine/state/phase.ts";
import { type FactOf, type FactType, eventsOf } from "../engine/state/fact.ts";
import {
  type FrameAddress,
  ROOT,
  type StepAddress,
  childAddress,
  parseFrameAddress,
  stepAddress,
} from "../engine/state/addresses.ts";
import { flowAt, startInput } from "../engine/state/navigation.ts";
import { type StepInputs, flowInput, inputOf } from "../engine/scope.ts";
import { iterationInput, unpackScope } from "../engine/steps/foreach.ts";
import type { JournalRow } from "../engine/kept/store.ts";
import { EMPTY } from "../engine/state/values.ts";
import { type Flow, type Step, stepOf } from "../fdl/flow.ts";
import { innerList } from "../fdl/inner-lists.ts";
import type { JsonObject } from "../json.ts";
import { assert } from "../result.ts";

/** A frame while a row's facts are told one after the other. */
export interface View {
  readonly address: FrameAddress;
  list: number;
  position: number;
  round: number;
  entered: number;
  last: number;
  local: JsonObject;
  scope?: ForeachScope;
}

type Track<T extends FactType> = (views: RowViews, fact: FactOf<T>, event: number) => void;

/** What facts change in the views; their frame's last event is followed in general. */
const TRACK: { readonly [T in FactType]?: Track<T> } = {
  executionStarted: (views, { begin }, event) => {
    views.add(ROOT, 0, event);
    if (begin) views.of(ROOT.text).local = views.execution.context.values.unpack(begin.local);
  },
  stepEntered: (views, { frame, position }, event) => {
    const view = views.of(frame);
    Object.assign(view, { position, entered: event });
    // It was that of the step before.
    delete view.scope;
  },
  stepSucceeded: (views, { frame, output, goto }) => {
    const view = views.of(frame);
    views.merge(view, output);
    if (goto !== undefined && goto <= view.position) view.round++;
  },
  stepFailed: (views, { frame, caught, again }) => {
    const view = views.of(frame);
    if (again) view.round++;
    if (!caught) return;
    views.merge(view, caught.output);
    if (caught.goto <= view.position) view.round++;
  },
  foreachStarted: (views, { frame, scope }) => {
    views.of(frame).scope = unpackScope(views.execution.context.values, scope);
  },
  childEntered: (views, { frame, index }, event) => views.addChild(frame, index, event),
  optionEntered: (views, { frame, option }) => views.addChild(frame, option, views.of(frame).entered + 1),
  childReopened: (views, fact) => views.reopenChild(fact),
  childExited: (views, { frame }, event) => views.ownerReached(frame, event),
  childTolerated: (views, { frame }, event) => views.ownerReached(frame, event),
  childFailed: (views, { frame }) => views.ownerReached(frame, views.of(frame).last),
  optionExited: (views, { frame }) => views.ownerReached(frame, views.of(frame).last),
};

/** These speak of what lies inside their frame, so the frame's own last event stays. */
const INSIDE: ReadonlySet<FactType> = new Set([
  "iterationsEntered",
  "childEntered",
  "tasksSubmitted",
  "waveScheduled",
]);

/** The frames of one row of the journal, followed fact by fact. */
export class RowViews {
  readonly execution: Execution;
  /** The version that the row was written under. */
  readonly flow: Flow;
  private readonly views = new Map<string, View>();
  private ownInput: JsonObject | undefined;

  constructor(execution: Execution, { event, frames }: Pick<JournalRow, "event" | "frames">) {
    this.execution = execution;
    this.flow = flowAt(execution, event);
    const { values } = execution.context;
    for (const [path, { local, scope, ...view }] of Object.entries(frames)) {
      const address = parseFrameAddress(path);
      assert(address, `"${path}" names a frame`);
      const unpacked = scope && unpackScope(values, scope);
      const whole = { ...view, address, local: values.unpack(local) };
      this.views.set(path, unpacked ? { ...whole, scope: unpacked } : whole);
    }
  }

  of(path: string): View {
    const view = this.views.get(path);
    assert(view, `the row knows frame "${path}"`);
    return view;
  }

  add(address: FrameAddress, list: number, last: number): void {
    this.views.set(address.text, { address, list, position: 0, round: 1, entered: 0, last, local: {} });
  }

  /** A list inside the step that is open in a frame. */
  addChild(frame: string, index: number, last: number): void {
    const step = this.step(frame);
    const list = innerList(step, index);
    assert(list !== undefined, "a child that is entered has a list");
    this.add(childAddress(this.address(frame), index), list, last);
  }

  /** It is as it was when it ended. */
  reopenChild({ frame, index, position, closed }: FactOf<"childReopened">): void {
    this.addChild(frame, index, closed.ended);
    const { round, entered } = closed.visits.at(-1) ?? { round: 1, entered: 0 };
    const child = this.of(childAddress(this.address(frame), index).text);
    const local = this.execution.context.values.unpack(closed.local);
    Object.assign(child, { position: position ?? 0, round, entered, local });
    if (position === undefined || this.step(child.address.text).type !== "task") child.round++;
  }

  merge(view: View, output: FactOf<"stepSucceeded">["output"]): void {
    if (output !== EMPTY) view.local = { ...view.local, ...this.execution.context.values.unpack(output) };
  }

  reached(path: string, event: number): void {
    const view = this.views.get(path);
    if (view) view.last = Math.max(view.last, event);
  }

  step(path: string): Step {
    const { list, position } = this.of(path);
    const step = this.flow.lists[list]?.steps[position];
    assert(step, `a step is open in frame "${path}"`);
    return step;
  }

  /** The address of the step that is open in a frame. */
  address(path: string): StepAddress {
    const { address, round } = this.of(path);
    return stepAddress(address, this.step(path).name, round);
  }

  ownerReached(path: string, event: number): void {
    const { owner } = this.of(path).address;
    if (owner) this.reached(owner.frame.text, event);
  }

  /** Takes a fact in, after its events were told. */
  track<T extends FactType>(fact: FactOf<T>, event: number): void {
    TRACK[fact.type]?.(this, fact, event);
    if (!("frame" in fact) || INSIDE.has(fact.type)) return;
    const events = eventsOf(fact);
    if (events > 0) this.reached(fact.frame, event + events - 1);
  }

  inputs(path: string): StepInputs {
    const { state, context } = this.execution;
    const { entered, local } = this.of(path);
    const input = this.input(path);
    return {
      head: state.head,
      behaviours: context.behaviours,
      step: this.step(path),
      entered,
      input,
      local,
    };
  }

  /** The input of a frame. */
  input(path: string): JsonObject {
    const { owner, index } = this.of(path).address;
    if (owner) return this.childInput(owner.frame.text, index);
    const { head } = this.execution.state;
    return (this.ownInput ??= flowInput(this.flow, head, startInput(this.execution)));
  }

  /** The input of a list inside the step that is open in a frame: only a foreach gives more than its own. */
  childInput(ownerPath: string, index: number): JsonObject {
    const { scope } = this.of(ownerPath);
    if (!scope) return inputOf(this.inputs(ownerPath));
    return iterationInput(stepOf(this.step(ownerPath), "foreach"), scope.input, scope.items, index);
  }
}
