import type { Execution } from "../engine/state/execution-state.ts";
import type { ForeachScope } from "../engine/state/phase.ts";
import { type FactOf, type FactType, eventsOf } from "../engine/state/fact.ts";
import { childPath, parseFramePath, parseStepPath, stepPath } from "../engine/state/addresses.ts";
import { type StepInputs, flowInput, inputOf } from "../engine/scope.ts";
import { iterationInput, unpackScope } from "../engine/steps/foreach.ts";
import type { JournalRow } from "../engine/kept/store.ts";
import { EMPTY } from "../engine/state/values.ts";
import { type Step, stepOf } from "../fdl/flow.ts";
import type { JsonObject } from "../json.ts";
import { assert } from "../result.ts";

/** A frame while a row's facts are told one after the other. */
export interface View {
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
  executionStarted: (views, _, event) => views.add("", 0, event),
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
    views.of(frame).scope = unpackScope(views.execution.values, scope);
  },
  childEntered: (views, { frame, index }, event) => views.addChild(frame, index, event),
  optionEntered: (views, { frame, option }) => views.addChild(frame, option, views.of(frame).entered + 1),
  childExited: (views, { frame }, event) => views.reached(views.ownerPath(frame), event),
  childTolerated: (views, { frame }, event) => views.reached(views.ownerPath(frame), event),
  childFailed: (views, { frame }) => views.reached(views.ownerPath(frame), views.of(frame).last),
  optionExited: (views, { frame }) => views.reached(views.ownerPath(frame), views.of(frame).last),
};

/** These speak of what lies inside their frame, so the frame's own last event stays. */
const INSIDE: ReadonlySet<FactType> = new Set(["iterationsEntered", "childEntered", "tasksSubmitted"]);

/** The frames of one row of the journal, followed fact by fact. */
export class RowViews {
  readonly execution: Execution;
  private readonly views = new Map<string, View>();
  private ownInput: JsonObject | undefined;

  constructor(execution: Execution, { frames }: Pick<JournalRow, "frames">) {
    this.execution = execution;
    for (const [path, { local, scope, ...view }] of Object.entries(frames)) {
      const unpacked = scope && unpackScope(execution.values, scope);
      const whole = { ...view, local: execution.values.unpack(local) };
      this.views.set(path, unpacked ? { ...whole, scope: unpacked } : whole);
    }
  }

  of(path: string): View {
    const view = this.views.get(path);
    assert(view, `the row knows frame "${path}"`);
    return view;
  }

  add(path: string, list: number, last: number): void {
    this.views.set(path, { list, position: 0, round: 1, entered: 0, last, local: {} });
  }

  /** A list inside the step that is open in a frame. */
  addChild(frame: string, index: number, last: number): void {
    const step = this.step(frame);
    const list = this.execution.behaviours(step).childList(step, index);
    assert(list !== undefined, "a child that is entered has a list");
    this.add(childPath(this.stepPath(frame), index), list, last);
  }

  merge(view: View, output: FactOf<"stepSucceeded">["output"]): void {
    if (output !== EMPTY) view.local = { ...view.local, ...this.execution.values.unpack(output) };
  }

  reached(path: string, event: number): void {
    const view = this.views.get(path);
    if (view) view.last = Math.max(view.last, event);
  }

  step(path: string): Step {
    const { list, position } = this.of(path);
    const step = this.execution.flow.lists[list]?.steps[position];
    assert(step, `a step is open in frame "${path}"`);
    return step;
  }

  stepPath(path: string): string {
    return stepPath({ frame: path, step: this.step(path).name, round: this.of(path).round });
  }

  ownerPath(path: string): string {
    return parseStepPath(parseFramePath(path)?.owner ?? "")?.frame ?? "";
  }

  /** Takes a fact in, after its events were told. */
  track<T extends FactType>(fact: FactOf<T>, event: number): void {
    TRACK[fact.type]?.(this, fact, event);
    if (!("frame" in fact) || INSIDE.has(fact.type)) return;
    const events = eventsOf(fact);
    if (events > 0) this.reached(fact.frame, event + events - 1);
  }

  place(path: string, local: JsonObject = this.of(path).local): StepInputs {
    const { head, behaviours } = this.execution;
    const { entered } = this.of(path);
    return { head, behaviours, step: this.step(path), entered, input: this.input(path), local };
  }

  /** The input of the frame at a path. */
  input(path: string): JsonObject {
    const address = parseFramePath(path);
    if (!address) {
      const { flow, head, input } = this.execution;
      return (this.ownInput ??= flowInput(flow, head, input));
    }
    return this.childInput(this.ownerPath(path), address.index);
  }

  /** The input of a list inside the step that is open in a frame: only a foreach gives more than its own. */
  childInput(ownerPath: string, index: number): JsonObject {
    const { scope } = this.of(ownerPath);
    if (!scope) return inputOf(this.place(ownerPath));
    return iterationInput(stepOf(this.step(ownerPath), "foreach"), scope.input, scope.items, index);
  }
}
