import type { FactOf, FactType, TaskWork } from "../../core/engine/state/fact.ts";
import { innerKind } from "../../core/fdl/inner-lists.ts";
import { given } from "../../core/given.ts";
import { type Track, placeOf, stepPath } from "./track.ts";
import type { UnderWay } from "./under-way.ts";

type Follow<T extends FactType> = (progress: UnderWay, fact: FactOf<T>, at: number) => void;

/** What a fact does to what is shown of its execution; facts that no view has a use for are passed by. */
export function follow<T extends FactType>(progress: UnderWay, fact: FactOf<T>, at: number): void {
  FOLLOW[fact.type]?.(progress, fact, at);
}

/** Does something with the list that a fact names. */
function withTrack<T extends FactType>(
  use: (progress: UnderWay, track: Track, fact: FactOf<T>, at: number) => void,
): Follow<T> {
  return (progress, fact, at) => {
    const track = "frame" in fact ? progress.tracks.at(fact.frame) : undefined;
    if (track) use(progress, track, fact, at);
  };
}

const over = (progress: UnderWay, _: unknown, at: number) => progress.end(at);

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
  childTolerated: withTrack((progress, track) => {
    progress.failures.tolerated(track.path);
    progress.endChild(track, "f");
  }),
  fanAdjusted: withTrack((progress, track, fact, at) => progress.changeLimits(track, fact, at)),
  fanFailed: withTrack((progress, track, { fatal }, at) => {
    if (!fatal) progress.stopChildren(track, at);
  }),
  itemsSkipped: withTrack((progress, track, fact, at) => progress.skipItems(track, fact, at)),
  itemsRetried: withTrack((progress, track, { runs }) => progress.retryItems(track, runs)),
  childReopened: withTrack((progress, track, fact) => progress.reopenChild(track, fact)),
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
function reported(progress: UnderWay, track: Track, isGood: boolean, at: number, by?: TaskWork): void {
  const { open } = track;
  if (open) open.by = by;
  progress.endSpan(track, isGood ? "s" : "f", at, by);
  progress.failures.reported(by, isGood, at);
}

function stepFailed(
  progress: UnderWay,
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
