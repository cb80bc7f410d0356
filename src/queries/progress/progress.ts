import type { FactOf, FactType, TaskWork } from "../../core/engine/state/fact.ts";
import type { ExecutionStore, JournalRow } from "../../core/engine/kept/store.ts";
import type { StepMore, StepTuple } from "../../core/execution-views.ts";
import { innerKind, innerList } from "../../core/fdl/inner-lists.ts";
import { given } from "../../core/given.ts";
import { Changes } from "./changes.ts";
import { Failures } from "./failures.ts";
import type { Flows } from "./flows.ts";
import { FanOut, type IterationLetter, type StepState } from "./fan-out.ts";
import {
  type Iteration,
  type Span,
  type Track,
  SPAN_LETTER,
  childOf,
  keyOf,
  openSpan,
  placeOf,
  stepPath,
  tupleOf,
} from "./track.ts";
import { Tracks } from "./tracks.ts";

/**
 * What became of each step and iteration, followed fact by fact through an execution's journal: nothing is kept for it, so
 * an execution that nobody looks at costs nothing, and one that is looked at again costs what is new. Facts that a view
 * has no use for are passed by.
 */
export class Progress {
  /** So many facts were taken in. */
  seq = 0;
  /** The last visit of each step that is in no foreach, by path without rounds. */
  readonly steps = new Map<string, StepTuple>();
  /** By path without rounds: those in no other foreach. */
  readonly fanOuts = new Map<string, FanOut>();
  readonly changes = new Changes();
  readonly failures = new Failures();
  private row = 0;
  readonly tracks: Tracks;
  private readonly onSpan: ((span: Span) => void) | undefined;

  /** Whoever wants them is told of spans as they end. */
  constructor(flows: Flows, onSpan?: (span: Span) => void) {
    this.tracks = new Tracks(flows);
    this.onSpan = onSpan;
  }

  /** Takes in so many facts more, or a few above; false once there are none left. */
  takeIn(store: Pick<ExecutionStore, "readRow">, facts: number): boolean {
    const last = this.seq + facts;
    while (this.seq < last) {
      const row = store.readRow(this.row + 1);
      if (!row) return false;
      this.takeRow(row);
    }
    return true;
  }

  private takeRow({ seq, at, facts }: JournalRow): void {
    this.row = seq;
    for (const fact of facts) {
      this.seq++;
      follow(this, fact, at);
    }
  }

  /** What is under way stays, in case the execution goes on. */
  end(at: number): void {
    for (const track of this.tracks.all()) this.cutOff(track, at);
  }

  private cutOff(track: Track, at: number): void {
    const { open, iteration } = track;
    if (iteration && iteration.fanOut.letterOf(iteration.index) !== "f") this.mark(iteration, "x");
    if (open?.state !== "Running" && open?.state !== "Retrying") return;
    open.before = open.state;
    this.endSpan(track, open.state === "Retrying" ? "y" : "x", at);
    open.state = "Stopped";
    this.show(track, open.before, at);
  }

  /** An execution that had ended goes on with what it was at. */
  goOn(at: number): void {
    this.failures.goOn();
    for (const track of this.tracks.all()) {
      const { open } = track;
      if (track.isRevisited) track.round++;
      track.isRevisited = false;
      if (track.iteration) this.mark(track.iteration, "r");
      if (!open) continue;
      const { error: _, ...more } = open.more;
      Object.assign(open, { more, isTimedOut: false, since: at });
      this.change(track, open.before ?? "Running");
      open.before = undefined;
    }
  }

  /** It goes on with an earlier step: what it was at is left. */
  goBack(): void {
    this.failures.goOn();
    this.tracks.goBack();
  }

  /** The flow's own list, and a step that waits to be visited again, go on with the step at a position. */
  enter(track: Track, position: number, at: number): void {
    track.position = position;
    const { name } = this.tracks.stepOf(track);
    const { open: again, inside } = track;
    if (again && inside) this.mark(inside, "r");
    this.endSpan(track, "y", at);
    track.open = {
      name,
      enteredAt: at,
      since: at,
      attempts: (again?.attempts ?? 0) + 1,
      state: "Running",
      isTimedOut: false,
      more: {},
    };
    this.forgetInside(track);
    this.show(track, again?.state);
  }

  /** The state of the open step changes, or what is told of it. */
  change(track: Track, state: StepState): void {
    const { open, inside } = track;
    if (!open) return;
    const from = open.state;
    open.state = state;
    if (inside) this.mark(inside, state === "Retrying" ? "y" : "r");
    this.show(track, from);
  }

  /** The open step failed, and is tried again later. */
  pause(track: Track, at: number): void {
    this.endSpan(track, "f", at);
    if (track.open) track.open.since = at;
    this.change(track, "Retrying");
  }

  /** The open step is over. */
  close(track: Track, state: StepState, at: number, more: StepMore = {}): void {
    this.stopChildren(track, at);
    this.settle(track, state, at, more);
    track.open = undefined;
  }

  /** The open step failed for good: it goes on if the execution does, or is visited anew. */
  fail(track: Track, state: StepState, at: number, error: string): void {
    this.settle(track, state, at, { error });
    const step = this.tracks.stepOf(track);
    track.isRevisited = step.type !== "task" && !track.children?.size;
    if (track.isRevisited) track.open = undefined;
  }

  private settle(track: Track, state: StepState, at: number, more: StepMore): void {
    const { open } = track;
    if (!open) return;
    const from = open.state;
    this.endSpan(track, from === "Retrying" ? "y" : SPAN_LETTER[state], at);
    open.state = state;
    open.more = { ...open.more, ...more };
    this.show(track, from, at);
  }

  /** What the open step did since its last change is over. */
  endSpan(track: Track, state: Span["state"], at: number, by?: TaskWork): void {
    const { open } = track;
    if (open?.since === undefined) return;
    this.onSpan?.({ place: placeOf(track, open.name), state, from: open.since, to: at, by });
    open.since = undefined;
  }

  /** What is under way, as far as it has come. */
  *openSpans(now: number): Generator<Span> {
    for (const track of this.tracks.all()) {
      const span = openSpan(track, now);
      if (span) yield span;
    }
  }

  /** A list inside the open step of another one begins. */
  addChild(owner: Track, index: number): Track | undefined {
    const { open } = owner;
    const step = this.tracks.stepOf(owner);
    const list = innerList(step, index);
    if (!open || list === undefined) return undefined;
    const child = childOf(owner, open, { list, index, isIteration: step.type === "foreach" });
    const { path, iteration } = child;
    this.tracks.add(child);
    (owner.children ??= new Map()).set(path, child);
    if (iteration) this.mark(iteration, "r");
    return child;
  }

  /** A list inside a step failed, and what it was at stays. */
  keepChild({ iteration }: Track): void {
    if (iteration) this.mark(iteration, "f");
  }

  /** A list inside a step is over. */
  endChild(child: Track, letter: IterationLetter): void {
    if (child.iteration) this.mark(child.iteration, letter);
    this.tracks.remove(child);
    child.owner?.children?.delete(child.path);
  }

  startFanOut(track: Track, { count, todo }: FactOf<"foreachStarted">): void {
    const { open, inside } = track;
    if (!open || inside) return;
    open.fanOut = new FanOut(count, todo);
    const key = keyOf(track, open.name);
    this.fanOuts.set(key, open.fanOut);
    this.changes.noteFanOut(this.seq, key, 0, count);
  }

  /** Of lists that still ran when the step that they are in was over: nothing is under way there any more. */
  stopChildren({ children }: Track, at: number): void {
    for (const child of children?.values() ?? []) {
      if (child.open) this.close(child, "Stopped", at);
      this.endChild(child, "x");
    }
  }

  private mark({ fanOut, key, index }: Iteration, letter: IterationLetter): void {
    if (fanOut.letterOf(index) === letter) return;
    fanOut.mark(index, letter);
    this.changes.noteFanOut(this.seq, key, index, index + 1);
  }

  /** Tells of the open step where it is shown: by itself, or among the others of its iterations. */
  private show(track: Track, from: StepState | undefined, endedAt = 0): void {
    const { open, inside } = track;
    if (!open) return;
    if (inside) {
      inside.fanOut.move(`${inside.prefix}${open.name}`, from, open.state);
      this.changes.noteFanOut(this.seq, inside.key);
      return;
    }
    const key = keyOf(track, open.name);
    this.steps.set(key, tupleOf(stepPath(track, open.name), open, endedAt));
    this.changes.noteStep(this.seq, key);
  }

  /** A control step is visited anew: what lay in it is to be visited, too. */
  private forgetInside(track: Track): void {
    const { open, inside } = track;
    if (!open || inside || innerKind(this.tracks.stepOf(track)) === undefined) return;
    const key = keyOf(track, open.name);
    if (!this.steps.has(key)) return;
    for (const one of this.steps.keys()) {
      if (!one.startsWith(`${key}[`)) continue;
      this.steps.delete(one);
      this.changes.noteStep(this.seq, one);
    }
    for (const one of this.fanOuts.keys())
      if (one === key || one.startsWith(`${key}[`)) this.fanOuts.delete(one);
  }
}

type Follow<T extends FactType> = (progress: Progress, fact: FactOf<T>, at: number) => void;

function follow<T extends FactType>(progress: Progress, fact: FactOf<T>, at: number): void {
  FOLLOW[fact.type]?.(progress, fact, at);
}

/** Does something with the list that a fact names. */
function withTrack<T extends FactType>(
  use: (progress: Progress, track: Track, fact: FactOf<T>, at: number) => void,
): Follow<T> {
  return (progress, fact, at) => {
    const track = "frame" in fact ? progress.tracks.at(fact.frame) : undefined;
    if (track) use(progress, track, fact, at);
  };
}

const over = (progress: Progress, _: unknown, at: number) => progress.end(at);

const FOLLOW: { readonly [T in FactType]?: Follow<T> } = {
  executionStarted: (progress) => progress.tracks.begin(),
  stepEntered: withTrack((progress, track, { position }, at) => progress.enter(track, position, at)),
  stepSucceeded: withTrack((progress, track, { goto }, at) => {
    const target = goto === undefined ? undefined : progress.tracks.siblingOf(track, goto);
    progress.close(track, "Succeeded", at, given({ goto: target }));
    if (goto !== undefined && goto <= track.position) track.round++;
  }),
  stepFailed: withTrack((progress, track, fact, at) => stepFailed(progress, track, fact, at)),
  taskScheduled: withTrack((progress, track, { attempt, child }, at) => {
    const { open } = track;
    if (!open) return;
    if (open.state === "Retrying") progress.endSpan(track, "y", at);
    open.since ??= at;
    Object.assign(open, { attempts: attempt, isTimedOut: false, by: undefined });
    if (child) open.more = { ...open.more, child: { flow: child.flow, execution: child.name } };
    if (attempt > 1 || child) progress.change(track, "Running");
  }),
  retryPlanned: withTrack((progress, track, _, at) => progress.pause(track, at)),
  taskSucceeded: withTrack((progress, track, { by }, at) => reported(progress, track, true, at, by)),
  taskFailed: withTrack((progress, track, { by }, at) => reported(progress, track, false, at, by)),
  taskTimedOut: withTrack((progress, track, _, at) => {
    if (track.open) track.open.isTimedOut = true;
    progress.endSpan(track, "f", at);
  }),
  foreachStarted: withTrack((progress, track, fact) => progress.startFanOut(track, fact)),
  iterationsEntered: withTrack((progress, track, { from, to }, at) => {
    for (let index = from; index < to; index++) {
      const child = progress.addChild(track, index);
      if (child) progress.enter(child, 0, at);
    }
  }),
  childEntered: withTrack((progress, track, { index }) => void progress.addChild(track, index)),
  childExited: withTrack((progress, track) => progress.endChild(track, "s")),
  childTolerated: withTrack((progress, track) => progress.endChild(track, "f")),
  childFailed: withTrack((progress, track, { fatal }, at) => {
    if (fatal) {
      progress.keepChild(track);
      return;
    }
    progress.endChild(track, "f");
    if (track.owner) progress.stopChildren(track.owner, at);
  }),
  optionEntered: withTrack((progress, track, { option }) => {
    if (track.open) track.open.more = { ...track.open.more, option };
    progress.change(track, "Running");
    progress.addChild(track, option);
  }),
  optionExited: withTrack((progress, track) => progress.endChild(track, "s")),
  executionRedriven: (progress, { from, start }, at) => {
    if (start) progress.tracks.changeFlow(start);
    if (from) progress.goBack();
    else progress.goOn(at);
  },
  executionSucceeded: over,
  executionFailed: over,
  executionStopped: over,
  executionTimedOut: over,
};

/** A worker, or whoever else did a task, told how it went. */
function reported(progress: Progress, track: Track, isGood: boolean, at: number, by?: TaskWork): void {
  const { open } = track;
  if (open) open.by = by;
  progress.endSpan(track, isGood ? "s" : "f", at, by);
  progress.failures.reported(by, isGood, at);
}

function stepFailed(
  progress: Progress,
  track: Track,
  { error, cause, caught, again, fatal }: FactOf<"stepFailed">,
  at: number,
): void {
  const { open, inside } = track;
  if (!open) return;
  const step = progress.tracks.stepOf(track);
  if (innerKind(step) === undefined) {
    const place = { step: placeOf(track, open.name), path: stepPath(track, open.name) };
    const more = given({ index: inside?.index, isLast: fatal });
    progress.failures.failed({ ...place, error, cause, at, by: open.by, ...more });
  }
  if (again) {
    progress.stopChildren(track, at);
    progress.pause(track, at);
    track.round++;
    return;
  }
  if (fatal) {
    progress.fail(track, open.isTimedOut ? "TimedOut" : "Failed", at, error);
    return;
  }
  const target = caught && progress.tracks.siblingOf(track, caught.goto);
  progress.close(track, open.isTimedOut ? "TimedOut" : "Failed", at, { error, ...given({ goto: target }) });
  if (caught && caught.goto <= track.position) track.round++;
}
