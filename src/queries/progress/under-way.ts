import type { FactOf, TaskWork } from "../../core/engine/state/fact.ts";
import { NO_RUNS, type Runs, indexesOf, joinRuns, withoutRuns } from "../../core/engine/state/runs.ts";
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
  iterationAt,
  keyOf,
  openSpan,
  placeOf,
  stepPath,
  tupleOf,
} from "./track.ts";
import { Tracks } from "./tracks.ts";

/** Lists that are under way, and what is shown of their steps: each change of it is one call. */
export class UnderWay {
  /** So many facts were taken in. */
  seq = 0;
  /** The last visit of each step that is in no foreach, by path without rounds. */
  readonly steps = new Map<string, StepTuple>();
  /** By path without rounds: those in no other foreach. */
  readonly fanOuts = new Map<string, FanOut>();
  readonly changes = new Changes();
  readonly failures = new Failures();
  readonly tracks: Tracks;
  private readonly onSpan: ((span: Span) => void) | undefined;

  /** Whoever wants them is told of spans as they end. */
  constructor(flows: Flows, onSpan?: (span: Span) => void) {
    this.tracks = new Tracks(flows);
    this.onSpan = onSpan;
  }

  /** What is under way stays, in case the execution goes on. */
  end(at: number): void {
    for (const track of this.tracks.all()) this.cutOff(track, at);
    this.markWaiting("x");
  }

  /** Failures that wait to be tried again. */
  private markWaiting(letter: IterationLetter): void {
    for (const [key, fanOut] of this.fanOuts)
      for (const index of indexesOf(fanOut.again)) this.mark({ fanOut, key, index }, letter);
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
    this.markWaiting("y");
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

  /** A failure that was tolerated is tried again. */
  reopenChild(owner: Track, { index, position, closed }: FactOf<"childReopened">): void {
    const child = this.addChild(owner, index);
    const visit = closed.visits.at(-1);
    const fanOut = owner.open?.fanOut;
    if (fanOut) fanOut.again = withoutRuns(fanOut.again, [[index, 1]]);
    if (!child || !visit) return;
    Object.assign(child, { position: position ?? 0, round: visit.round });
    const { name, type } = this.tracks.stepOf(child);
    if (position === undefined || type !== "task") {
      child.round++;
      return;
    }
    const state = visit.status === "TimedOut" ? "TimedOut" : "Failed";
    child.open = { name, enteredAt: 0, attempts: visit.attempts, state, isTimedOut: false, more: {} };
    this.change(child, "Running");
  }

  /** What becomes of items by somebody's order, of a foreach that is in no other one. */
  private markItems(track: Track, runs: Runs, letter: IterationLetter): void {
    const { open } = track;
    if (!open?.fanOut) return;
    const key = keyOf(track, open.name);
    for (const index of indexesOf(runs)) this.mark({ fanOut: open.fanOut, key, index }, letter);
  }

  /** Items are left out by somebody's order, or are over; those that were called off have failed as before. */
  skipItems(track: Track, fact: FactOf<"itemsSkipped">, at: number): void {
    const { runs, stopped = NO_RUNS, calledOff = NO_RUNS } = fact;
    const fanOut = track.open?.fanOut;
    this.markItems(track, runs, "k");
    this.markItems(track, calledOff, "f");
    if (fanOut) fanOut.again = withoutRuns(fanOut.again, calledOff);
    for (const index of indexesOf(stopped)) {
      const child = iterationAt(track, index);
      if (!child) continue;
      if (child.open) this.close(child, "Stopped", at);
      this.endChild(child, "k");
    }
  }

  /** They are tried again as soon as there is room, and their failures are none any more. */
  retryItems(track: Track, runs: Runs): void {
    const { open } = track;
    if (!open) return;
    if (open.fanOut) open.fanOut.again = joinRuns(open.fanOut.again, runs);
    this.markItems(track, runs, "y");
    for (const index of indexesOf(runs))
      this.failures.forgetTolerated(`${stepPath(track, open.name)}[${index}]`);
  }

  changeLimits(track: Track, { concurrency, tolerance, by }: FactOf<"fanAdjusted">, at: number): void {
    const { open } = track;
    if (!open?.fanOut) return;
    open.fanOut.limits = { ...open.fanOut.limits, ...given({ concurrency, tolerance, by }), at };
    this.changes.noteFanOut(this.seq, keyOf(track, open.name));
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
